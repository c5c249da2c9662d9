// `node run-bundler.mjs <module> [external…]` prints the bundle as JSON. A process of its own: the bundler's native part does
// not know regular expressions that were made in jest's realm.
import { rolldown } from 'rolldown';

const [input, ...external] = process.argv.slice(2);
const build = await rolldown({
  input,
  external,
  platform: 'browser',
  transform: { define: { 'process.env.NODE_ENV': '"production"' } },
  logLevel: 'silent',
});
const { output } = await build.generate({ format: 'esm', minify: true, codeSplitting: false });
const [{ code, modules }] = output;
const left = Object.entries(modules).filter(([, { renderedLength }]) => renderedLength > 0);
await build.close();
process.stdout.write(JSON.stringify({ code, modules: left.map(([path]) => path) }));

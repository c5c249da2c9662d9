// Runs the parts of scenarios that it is sent.
import { parentPort } from 'node:worker_threads';
import { runScenario, SCENARIOS } from '../../libs/policy/dist/guards/simulation/index.js';

parentPort.on('message', ({ index, ...part }) => {
  parentPort.postMessage(runScenario(SCENARIOS[index], part));
});

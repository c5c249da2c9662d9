// Loaded into every measured server: says over the IPC channel how much processor time it has used, and goes when the
// benchmark goes.
process.on('message', (message) => {
  if (message === 'cpu') process.send({ cpu: process.cpuUsage(), rssBytes: process.memoryUsage.rss() });
});
process.on('disconnect', () => process.exit());

// Preloaded into every process that `pnpm dev` starts: it ends with the runner, even one that was killed.
process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'))
process.channel?.unref()

#!/usr/bin/env node
// Nothing here but what Node 12 can parse: whatever Node starts this, the too old ones say so in one line.
const OLDEST_NODE = 26;

function main() {
  if (Number.parseInt(process.versions.node, 10) < OLDEST_NODE) return refuse();
  keepCompiledCode();
  import('./main.js').catch((error) => {
    process.stderr.write(`error: kubectl certs could not be loaded: ${error.message}\n`);
    process.exitCode = 70;
  });
}

function refuse() {
  const found = `Node ${process.versions.node} (${process.execPath})`;
  const cure = 'put a newer one first in PATH, or install an archive that brings its own';
  process.stderr.write(`error: kubectl certs needs Node ${OLDEST_NODE} or newer, this is ${found}: ${cure}\n`);
  process.exitCode = 69;
}

// Only what is imported after this call is cached, so it can't be done in main. Node's default folder lies in the
// world-writable temporary directory; a plugin that runs as root must not load code from there, nor from a folder of
// somebody else.
function keepCompiledCode() {
  const { join } = require('node:path');
  const { homedir } = require('node:os');
  const base = process.env.XDG_CACHE_HOME || homedir();
  if (isOwn(base)) require('node:module').enableCompileCache(join(cacheHome(join, base), 'kubectl-certs', 'compiled'));
}

function isOwn(folder) {
  if (!process.getuid) return true;
  try {
    return require('node:fs').statSync(folder).uid === process.getuid();
  } catch {
    return false;
  }
}

function cacheHome(join, base) {
  if (base === process.env.XDG_CACHE_HOME) return base;
  if (process.platform === 'win32') return process.env.LOCALAPPDATA || join(base, 'AppData', 'Local');
  return process.platform === 'darwin' ? join(base, 'Library', 'Caches') : join(base, '.cache');
}

main();

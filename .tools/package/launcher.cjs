// The main script inside kubectl-certs.exe: the program itself lies beside the executable, which may be linked.
const { realpathSync } = require('node:fs');
const { createRequire } = require('node:module');

createRequire(realpathSync(process.execPath))('./dist/kubectl-certs.cjs');

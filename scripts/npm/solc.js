#!/usr/bin/env node
// The npm compiler as a `solc` command, for py-solc-x: --version and --standard-json only. The stock
// `solcjs --standard-json` prints a line of its own on stdout, which py-solc-x cannot read as JSON.
// SOLCJS names the directory of the npm package `solc`. Sources come inside the input, never from files.
'use strict';

const fs = require('fs');
const solc = require(process.env.SOLCJS);

const argv = process.argv.slice(2);
if (!argv.includes('--standard-json')) {
  console.log('solc, the solidity compiler commandline interface\nVersion: ' + solc.version());
  process.exit(argv.includes('--version') ? 0 : 1);
}

const output = Buffer.from(solc.compile(fs.readFileSync(0, 'utf8')) + '\n');
for (let written = 0; written < output.length; ) {
  try {
    written += fs.writeSync(1, output, written);
  } catch (error) {
    if (error.code !== 'EAGAIN') throw error; // a full pipe: try again
  }
}

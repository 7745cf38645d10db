#!/usr/bin/env node
// The npm compiler, loaded once, for scripts/mutant_compiler.py: each line of stdin is a standard JSON input,
// each line of stdout the output to it. SOLCJS names the directory of the npm package `solc`.
'use strict';

const readline = require('readline');
const solc = require(process.env.SOLCJS);

readline.createInterface({ input: process.stdin }).on('line', (line) => {
  process.stdout.write(JSON.stringify(JSON.parse(solc.compile(line))) + '\n');
});

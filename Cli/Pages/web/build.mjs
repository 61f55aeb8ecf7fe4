// Bundles src/main.js with the parts of ECharts that it imports into one script: node build.mjs OUT. Packages are found below the working folder, where
// npm ci has put them, so that nothing is written beside the sources.
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const sources = dirname(fileURLToPath(import.meta.url));
const esbuild = createRequire(join(process.cwd(), 'package.json'))('esbuild');

await esbuild.build({
  entryPoints: [join(sources, 'src', 'main.js')],
  outfile: process.argv[2] ?? 'charts.js',
  nodePaths: [join(process.cwd(), 'node_modules')],
  bundle: true,
  minify: true,
  format: 'iife',
  target: 'es2020',
  charset: 'utf8',
  legalComments: 'inline',
  logLevel: 'warning',
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Tags, Validations } from 'aws-cdk-lib';

import { z } from 'zod';
import { acknowledgeFindings, SolutionsChecks } from '../lib/acknowledgements.ts';
import { bundleFunctions } from '../lib/bundle.ts';
import { configOf } from '../lib/config.ts';
import { addStacks } from '../lib/stacks/all-stacks.ts';

const root = join(import.meta.dirname, '..');
// Read here as well as by the CDK CLI, so that `node bin/app.ts` alone makes the same templates.
const { context } = z
  .object({ context: z.record(z.string(), z.unknown()) })
  .parse(JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8')));

bundleFunctions();

const app = new App({ context, outdir: process.env.CDK_OUTDIR ?? join(root, 'cdk.out'), analyticsReporting: false });
const config = configOf(app.node.tryGetContext('environment'), { fullText: app.node.tryGetContext('fullText') });
addStacks(app, config);
Tags.of(app).add('app', config.name);
acknowledgeFindings(app);
Validations.of(app).addPlugins(new SolutionsChecks(app));
app.synth();

// The `warroom` command: check a configuration, start, and what people need while Slack is down.
import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { checkFile, configurationFile, loadConfiguration } from './config/load.ts';
import { ConfigurationError, type Problem } from './config/problem.ts';
import { reportText } from './config/report.ts';
import type { Configuration } from './config/schema.ts';
import { known } from './known.ts';

type Checked = { readonly configuration?: Configuration; readonly problems: readonly Problem[] };

const program = new Command('warroom')
  .description('The Slack bot that opens an incident’s war room and rolls production back.')
  .version(ownVersion());

program
  .command('check-config')
  .argument('[file]', 'the configuration file; else the one in WARROOM_CONFIG, else warroom.yml')
  .option('--environment', 'check the environment variables of this shell too')
  .description('Print everything that is wrong with the configuration, each with its line and what would be right.')
  .action((file: string | undefined, { environment }: { environment?: boolean }) => {
    const { problems, configuration } = environment ? checkEverything(file) : checkFile(file ?? configurationFile(), { known });
    process.stdout.write(reportText(problems, configuration));
    process.exitCode = configuration ? 0 : 1;
  });

program
  .command('start')
  .description('Start Warroom. --role web, worker or all says what this process does.')
  .allowUnknownOption()
  .allowExcessArguments()
  .action(async () => {
    // main reads its own arguments, as it does when it is started without this command.
    process.argv.splice(2, 1);
    await import('./main.ts');
  });

// Loaded when asked for: starting needs none of it.
const [verb] = process.argv.slice(2);
if (verb === undefined || !['start', 'check-config'].includes(verb)) {
  const [{ rollbackCommand }, { incidentCommand }, { tokenCommand }] = await Promise.all([
    import('./cli/rollback.ts'),
    import('./cli/incident.ts'),
    import('./cli/token.ts'),
  ]);
  program.addCommand(rollbackCommand()).addCommand(incidentCommand()).addCommand(tokenCommand());
}

await program.parseAsync();

function checkEverything(file: string | undefined): Checked {
  try {
    const { configuration, warnings } = loadConfiguration({ known, ...(file === undefined ? {} : { file }) });
    return { configuration, problems: warnings };
  } catch (error) {
    if (error instanceof ConfigurationError) return { problems: error.problems };
    throw error;
  }
}

function ownVersion(): string {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string };
  return version;
}

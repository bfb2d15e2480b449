import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { Shortcut } from '../client-api.ts';
import { list, record, text } from './json.ts';

export interface ManifestCommand {
  command: string;
  description: string;
  usageHint: string;
  shouldEscape: boolean;
}

/** What the workspace needs to know about the app, read from the manifest that real Slack gets too. */
export interface Manifest {
  name: string;
  botName: string;
  homeTab: boolean;
  commands: ManifestCommand[];
  shortcuts: Shortcut[];
  scopes: string[];
  botEvents: string[];
}

/** Reads manifest.yml. */
export function readManifest(path: string | URL): Manifest {
  return parseManifest(parse(readFileSync(path, 'utf8')));
}

/** Picks our part out of a parsed manifest. */
function parseManifest(raw: unknown): Manifest {
  const root = record(raw);
  const features = record(root['features']);
  const settings = record(root['settings']);
  const name = text(record(root['display_information'])['name']);
  return {
    name,
    botName: text(record(features['bot_user'])['display_name']) || name.toLowerCase(),
    homeTab: record(features['app_home'])['home_tab_enabled'] === true,
    commands: list(features['slash_commands']).map(readCommand),
    shortcuts: list(features['shortcuts']).map(readShortcut),
    scopes: list(record(record(root['oauth_config'])['scopes'])['bot']).map(text),
    botEvents: list(record(settings['event_subscriptions'])['bot_events']).map(text),
  };
}

function readCommand(raw: unknown): ManifestCommand {
  const command = record(raw);
  return {
    command: text(command['command']),
    description: text(command['description']),
    usageHint: text(command['usage_hint']),
    shouldEscape: command['should_escape'] === true,
  };
}

function readShortcut(raw: unknown): Shortcut {
  const shortcut = record(raw);
  return {
    name: text(shortcut['name']),
    type: shortcut['type'] === 'message' ? 'message' : 'global',
    callbackId: text(shortcut['callback_id']),
    description: text(shortcut['description']),
  };
}

import { parseDocument } from 'yaml';
import { filesUnder, textOf } from './project.ts';

type Compose = {
  readonly services?: Record<string, { readonly image?: string; readonly build?: unknown; readonly healthcheck?: unknown }>;
};

/** YAML that people copy: it parses, the manifest has Slack's parts, and the compose file pins and watches what it starts. */
export function findYamlProblems(root: string): string[] {
  const paths = ['manifest.yml', 'docker-compose.yml', ...filesUnder(root, 'examples').filter((path) => /\.ya?ml$/.test(path))];
  return paths.flatMap((path) => {
    const document = parseDocument(textOf(root, path), { prettyErrors: true });
    const problems = [...document.errors, ...document.warnings].map(({ message }) => `${path}: ${message.trim()}`);
    if (problems.length > 0) return problems;
    const content: unknown = document.toJS();
    if (typeof content !== 'object' || content === null) return [`${path}: missing or empty`];
    return extraProblems(path, content).map((problem) => `${path}: ${problem}`);
  });
}

function extraProblems(path: string, content: object): string[] {
  if (path === 'manifest.yml') return manifestProblems(content);
  return path === 'docker-compose.yml' ? composeProblems(content) : [];
}

function manifestProblems(content: object): string[] {
  const parts = ['display_information', 'features', 'oauth_config', 'settings'];
  return parts.filter((part) => !(part in content)).map((part) => `lacks ${part}, which Slack asks for`);
}

function composeProblems({ services = {} }: Compose): string[] {
  return Object.entries(services).flatMap(([name, { image, build, healthcheck }]) => [
    ...(healthcheck === undefined && build === undefined ? [`${name} has no healthcheck, so nothing can wait for it`] : []),
    ...(build === undefined && !/:(?!latest)[\w.-]+$/.test(image ?? '') ? [`${name} is not pinned to a tag`] : []),
  ]);
}

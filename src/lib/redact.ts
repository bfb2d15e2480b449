/** Takes a text, gives it back with every secret in it replaced by `[redacted]`. */
export type Redact = (text: string) => string;

/** What stands where a secret stood. */
export const redacted = '[redacted]';

/** Shorter values would blot out innocent words wherever they occur. */
const shortestSecret = 6;

/**
 * Shapes that are secret whoever's they are. Attackers choose what we log, so each pattern runs in linear time: either a match uses up
 * what it has read, or it can only begin where a run of its own characters begins.
 */
const shapes: readonly (readonly [pattern: RegExp, replacement: string])[] = [
  [/-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----[^]*?(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY-----|$)/g, redacted],
  [/(authorization["']{0,2}\s{0,8}[:=]\s{0,8}["']{0,2})(?:\w{1,24}\s{1,8})?[^\s"',;]{8,}/gi, `$1${redacted}`],
  [/\b(Bearer\s{1,8})[\w.~+/=-]{6,}/gi, `$1${redacted}`],
  [/xox[a-z](?:\.xox[a-z])?-[\w-]{6,}/g, redacted],
  [/xapp-[\w-]{6,}/g, redacted],
  [/wr_op_\w{6,}/g, redacted],
  [/github_pat_\w{10,}/g, redacted],
  [/gh[oprsu]_[\w.-]{10,}/g, redacted],
  [/(?<=^|[^\w-]|%[0-9A-Fa-f]{2})eyJ[\w-]{6,}\.[\w-]{6,}\.[\w-]*/g, redacted],
  [/(?:AKIA|ASIA)[A-Z0-9]{16}/g, redacted],
  // Whoever knows a response URL or an incoming webhook's may post with it.
  [/(hooks\.slack(?:-gov)?\.com\/)[\w/-]{6,}/g, `$1${redacted}`],
  [/:\/\/[^\s/?#"<>|]*@/g, `://${redacted}@`],
];

/** The one redactor: the given values wherever they occur (also percent-encoded or inside JSON), and everything shaped like a token. */
export function createRedact(secrets: readonly string[]): Redact {
  const longEnough = secrets.filter((secret) => secret.length >= shortestSecret);
  // Longest first, so that a secret which contains another one does not leave its tail behind.
  const values = [...new Set(longEnough.flatMap(spellings))].toSorted((a, b) => b.length - a.length);
  return (text) => {
    const withoutValues = values.reduce((rest, value) => rest.replaceAll(value, redacted), text);
    return shapes.reduce((rest, [pattern, replacement]) => rest.replace(pattern, replacement), withoutValues);
  };
}

function spellings(secret: string): string[] {
  return [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(Buffer.from(secret).toString())];
}

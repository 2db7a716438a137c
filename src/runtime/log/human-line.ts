const levels: Readonly<Record<number, { readonly name: string; readonly colour: number }>> = {
  10: { name: 'trace', colour: 90 },
  20: { name: 'debug', colour: 90 },
  30: { name: 'info', colour: 32 },
  40: { name: 'warn', colour: 33 },
  50: { name: 'error', colour: 31 },
  60: { name: 'fatal', colour: 31 },
};

/** Fields that are shown elsewhere in the line, or are noise to a person. */
const shownElsewhere = new Set(['level', 'time', 'msg', 'part', 'err', 'pid', 'hostname']);

/** One JSON line of the log as one line for a person: `12:03:44 info  mqtt: connected url=mqtt://…`. What is no JSON stays as it is. */
export function humanLine(line: string, { colour = false }: { readonly colour?: boolean } = {}): string {
  const record = parse(line);
  if (!record) return line;
  const level = levels[Number(record['level'])] ?? { name: textOf(record['level']), colour: 0 };
  const name = level.name.padEnd(5);
  const part = record['part'] === undefined ? '' : `${textOf(record['part'])}: `;
  const fields = Object.entries(record)
    .filter(([key]) => !shownElsewhere.has(key))
    .map(([key, value]) => ` ${key}=${textOf(value)}`);
  const shown = colour ? `\u001B[${level.colour}m${name}\u001B[0m` : name;
  const message = `${part}${textOf(record['msg'] ?? '')}${fields.join('')}${errorText(record['err'])}`;
  return `${timeOfDay(Number(record['time']))} ${shown} ${message.replaceAll(/\s*\n\s*/g, ' ')}\n`;
}

function parse(line: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(line);
    return value instanceof Object ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

/** Local time, as the person's own clock shows it. */
function timeOfDay(time: number): string {
  return Number.isFinite(time) ? new Date(time).toTimeString().slice(0, 8) : '--:--:--';
}

function errorText(error: unknown): string {
  if (!(error instanceof Object)) return '';
  const { message = '' } = error as { message?: unknown };
  return ` (${textOf(message)})`;
}

function textOf(value: unknown): string {
  if (value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** What stands where a secret was. */
export const mask = '***';

/** Passwords shorter than this are not looked for in free text: they would blacken half of it. */
const shortestSearched = 4;

/**
 * A function that takes secrets out of a text: `user:password@` in every URL, and every value of `secrets`, also as JSON
 * and as a URL write it.
 */
export function secretMasker(secrets: readonly string[] = []): (text: string) => string {
  const forms = secrets
    .filter((secret) => secret.length >= shortestSearched)
    .flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)]);
  const searched = [...new Set(forms)].sort((a, b) => b.length - a.length);
  return (text) =>
    // the userinfo reaches to the last `@` before the path; quotes and spaces end a URL
    searched
      .reduce((masked, secret) => masked.replaceAll(secret, mask), text)
      .replaceAll(/(\w:\/\/)[^\s/"'\\]*@/g, `$1${mask}@`);
}

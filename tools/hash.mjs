// Prints one SHA-256 over the names and contents of the files and folders given. `!PATH` leaves a path out.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** @param {string} path @param {(path: string) => boolean} [leaveOut] @returns {string[]} files, sorted by name */
export function filesUnder(path, leaveOut = () => false) {
  if (!existsSync(path) || leaveOut(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesUnder(join(path, name), leaveOut));
}

/** @param {Iterable<[string, string | Uint8Array]>} contents names with what they name @returns {string} */
export function hashContents(contents) {
  const hash = createHash('sha256');
  for (const [name, content] of contents) {
    const bytes = Buffer.from(content);
    hash.update(`${name}\0${bytes.length}\0`).update(bytes);
  }
  return hash.digest('hex');
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const paths = process.argv.slice(2);
  const without = new Set(paths.filter((path) => path.startsWith('!')).map((path) => join(path.slice(1))));
  const files = paths
    .filter((path) => !path.startsWith('!'))
    .flatMap((path) => filesUnder(path, (inner) => without.has(join(inner))));
  console.log(hashContents(files.map((file) => [file, readFileSync(file)])));
}

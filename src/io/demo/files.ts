import { certificatesIn } from '../../core/parse/pem-contents.ts';
import { PortFailure } from '../ports/failure.ts';
import type { FileChanges } from '../ports/file-changes.ts';
import type { FileStat, Files } from '../ports/files.ts';
import type { PlantedFile } from './planting/form.ts';
import { momentOf } from './planting/moment.ts';
import type { World } from './world/world.ts';

const MOST_LINKS = 8;
const DIRECTORY_MODE = 0o755;
/** Of what kubeadm writes that holds a key. */
const DEFAULT_MODE = '0600';

/**
 * The planted files of a world; directories are those that paths go through, or were made. What changes is kept in
 * memory. A file that gets the certificate back that it held before gives it back to whoever serves it.
 */
export class DemoFiles implements Files, FileChanges {
  readonly #world: World;
  readonly #files: Map<string, PlantedFile>;
  readonly #contents = new Map<string, Promise<Buffer>>();
  readonly #directories = new Set<string>();

  constructor(world: World) {
    this.#world = world;
    this.#files = new Map(Object.entries(world.incident.files ?? {}));
  }

  async makeDirectory(path: string): Promise<void> {
    this.#directories.add(normal(path));
  }

  async copy(from: string, to: string, { fresh = false }: { readonly fresh?: boolean } = {}): Promise<void> {
    const [source, target] = [this.#follow(from).path, this.#follow(to).path];
    this.#checkDenied(target);
    const file = this.#files.get(source);
    if (!file) throw absent(from);
    const bytes = Buffer.from(await this.#content(source, file));
    const { mode, uid, gid } = await this.#factsOf(source, file);
    const time = fresh ? { mtime: 'now' } : {};
    this.#files.set(target, { ...file, mode: mode.toString(8), owner: `${uid}:${gid}`, ...time });
    this.#contents.set(target, Promise.resolve(bytes));
    if (this.#isPlanted(target)) for (const sha256 of fingerprintsIn(bytes)) this.#world.factory.restore(sha256);
  }

  /** A file, or a folder with all that is in it. */
  async move(from: string, to: string): Promise<void> {
    const [source, target] = [normal(from), normal(to)];
    const inside = [...this.#files.keys()].filter((path) => path === source || path.startsWith(`${source}/`));
    if (inside.length === 0 && !this.#directories.has(source)) throw absent(from);
    for (const path of inside) {
      await this.copy(path, `${target}${path.slice(source.length)}`);
      await this.remove(path);
    }
    if (this.#directories.delete(source)) this.#directories.add(target);
  }

  async remove(path: string): Promise<void> {
    const target = normal(path);
    this.#checkDenied(target);
    this.#files.delete(target);
    this.#contents.delete(target);
  }

  /** Writes a planted file as it would be planted now, with the certificates that are there now. */
  async plantAgain(path: string): Promise<void> {
    const { content = '', mode = DEFAULT_MODE } = this.#world.incident.files?.[path] ?? {};
    await this.replace(path, Buffer.from(await this.#world.render(content)), Number.parseInt(mode, 8));
  }

  async stat(path: string): Promise<FileStat | undefined> {
    const target = this.#follow(path);
    const linkTo = this.#files.get(target.asked)?.link;
    const link = linkTo === undefined ? {} : { linkTo };
    const file = this.#files.get(target.path);
    if (file) return { ...(await this.#factsOf(target.path, file)), ...link };
    if (!this.#isDirectory(target.path)) return undefined;
    return { kind: 'directory', size: 4096, mode: DIRECTORY_MODE, uid: 0, gid: 0, modified: this.#world.now, ...link };
  }

  async list(directory: string): Promise<string[]> {
    const { path } = this.#follow(directory);
    this.#checkDenied(path);
    if (!this.#isDirectory(path)) throw absent(directory);
    const prefix = path === '/' ? '/' : `${path}/`;
    const names = [...this.#files.keys()]
      .filter((each) => each.startsWith(prefix))
      .map((each) => each.slice(prefix.length).split('/')[0]!);
    return [...new Set(names)].sort();
  }

  async read(path: string, maxBytes: number): Promise<Uint8Array> {
    const target = this.#follow(path);
    this.#checkDenied(target.path);
    const file = this.#files.get(target.path);
    if (!file && this.#isDirectory(target.path)) {
      throw new PortFailure('unreachable', `${path}: is a directory`, { code: 'EISDIR' });
    }
    if (!file) throw absent(path);
    // A copy: whoever reads a key may wipe the bytes afterwards.
    const bytes = Buffer.from(await this.#content(target.path, file));
    if (bytes.length > maxBytes) {
      throw new PortFailure('partial', `${path}: larger than ${maxBytes} bytes, not read`, { code: 'EFBIG' });
    }
    return bytes;
  }

  async replace(path: string, bytes: Uint8Array, mode: number): Promise<void> {
    const target = this.#follow(path);
    this.#checkDenied(target.path);
    this.#files.set(target.path, { ...this.#files.get(target.path), mode: mode.toString(8), mtime: 'now' });
    this.#contents.set(target.path, Promise.resolve(Buffer.from(bytes)));
  }

  async #factsOf(path: string, file: PlantedFile): Promise<FileStat> {
    const [uid = 0, gid = 0] = (file.owner ?? '0:0').split(':').map(Number);
    const defaultMode = file.content?.includes('${key:') ? '0600' : '0644';
    return {
      kind: 'file',
      size: (await this.#content(path, file)).length,
      mode: Number.parseInt(file.mode ?? defaultMode, 8),
      uid,
      gid,
      modified: momentOf(file.mtime ?? 'now-30d', this.#world.now),
    };
  }

  #content(path: string, { content = '' }: PlantedFile): Promise<Buffer> {
    const known = this.#contents.get(path) ?? this.#world.render(content).then((text) => Buffer.from(text));
    this.#contents.set(path, known);
    return known;
  }

  /** @throws PortFailure when links lead round in a circle */
  #follow(given: string): { readonly asked: string; readonly path: string } {
    const asked = normal(given);
    let path = asked;
    for (let links = 0; links <= MOST_LINKS; links++) {
      const link = this.#files.get(path)?.link;
      if (link === undefined) return { asked, path };
      path = normal(link.startsWith('/') ? link : `${path.slice(0, path.lastIndexOf('/'))}/${link}`);
    }
    throw new PortFailure('unreachable', `${given}: symbolic links lead round in a circle`, { code: 'ELOOP' });
  }

  #isPlanted(path: string): boolean {
    return this.#world.incident.files?.[path] !== undefined;
  }

  #isDirectory(path: string): boolean {
    return (
      path === '/' || this.#directories.has(path) || [...this.#files.keys()].some((each) => each.startsWith(`${path}/`))
    );
  }

  /** A denied folder denies all that is in it. */
  #checkDenied(path: string): void {
    const denied = this.#world.incident.denied?.some(
      (rule) => 'file' in rule && (path === rule.file || path.startsWith(`${rule.file.replace(/\/$/, '')}/`)),
    );
    if (denied) throw new PortFailure('denied', `${path}: permission denied`, { code: 'EACCES' });
  }
}

/** Without `.`, `..` and doubled or trailing slashes. */
function normal(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}

function absent(path: string): PortFailure {
  return new PortFailure('absent', `${path}: no such file or directory`, { code: 'ENOENT' });
}

/** Of the certificates in a PEM file, or in a kubeconfig's data. */
function fingerprintsIn(bytes: Uint8Array): string[] {
  const embedded = [
    ...Buffer.from(bytes)
      .toString()
      .matchAll(/client-certificate-data: *['"]?([A-Za-z0-9+/=]+)/g),
  ];
  const texts = [bytes, ...embedded.map(([, data = '']) => Buffer.from(data, 'base64'))];
  return texts.flatMap((text) => certificatesIn(text).certificates.map(({ certificate }) => certificate.sha256));
}

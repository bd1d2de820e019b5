import { chmodSync, chownSync, existsSync, lutimesSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { PlantedFile } from '../../src/io/demo/planting/form.ts';
import { momentOf } from '../../src/io/demo/planting/moment.ts';
import type { World } from '../../src/io/demo/world/world.ts';

/** Writes the files of an incident below a folder that stands for / of its node; links stay inside it. */
export async function plantFiles(world: World, root: string): Promise<void> {
  rmSync(root, { recursive: true, force: true });
  mkdirSync(root, { recursive: true, mode: 0o755 });
  for (const [path, file] of Object.entries(world.incident.files ?? {})) {
    const place = join(root, path);
    mkdirSync(dirname(place), { recursive: true, mode: 0o755 });
    if (file.link !== undefined) symlinkSync(file.link.startsWith('/') ? join(root, file.link) : file.link, place);
    else writeFileSync(place, await world.render(file.content ?? ''), { mode: 0o600 });
    giveFacts(place, file, world.now);
  }
}

function giveFacts(place: string, { link, content, mode, owner, mtime }: PlantedFile, now: number): void {
  const at = momentOf(mtime ?? 'now-30d', now) / 1000;
  if (link === undefined) chmodSync(place, Number.parseInt(mode ?? (content?.includes('${key:') ? '0600' : '0644'), 8));
  if (link === undefined && owner !== undefined && process.getuid?.() === 0) {
    const [uid = 0, gid = 0] = owner.split(':').map(Number);
    chownSync(place, uid, gid);
  }
  if (link === undefined || existsSync(place)) lutimesSync(place, at, at);
}

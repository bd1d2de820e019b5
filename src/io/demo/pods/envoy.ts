import type { PlantedProxy } from '../planting/form.ts';
import { toSeconds } from '../world/render.ts';
import type { World } from '../world/world.ts';

const TYPES = {
  dump: 'type.googleapis.com/envoy.admin.v3.SecretsConfigDump',
  secret: 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret',
};
/** What Envoy shows of a key. */
const REDACTED = Buffer.from('[redacted]').toString('base64');

type Held = PlantedProxy['certificates'][number];

/** Envoy's `/config_dump`, as far as secrets go: envoy.admin.v3.SecretsConfigDump. */
export async function secretsDump(world: World, { certificates }: PlantedProxy): Promise<object> {
  const secrets = async (isMeant: (held: Held) => boolean) =>
    await Promise.all(certificates.filter(isMeant).map((held) => dynamicSecret(world, held)));
  return {
    configs: [
      {
        '@type': TYPES.dump,
        dynamic_active_secrets: await secrets((held) => !isWarming(held)),
        dynamic_warming_secrets: await secrets(isWarming),
      },
    ],
  };
}

function isWarming({ state }: Held): boolean {
  return state === 'WARMING';
}

async function dynamicSecret(world: World, { name, chain, trust }: Held): Promise<object> {
  const bytes = async (names: readonly string[]) => ({
    inline_bytes: await world.render(`\${cert:${names.join(',')}|b64}`),
  });
  return {
    name,
    version_info: toSeconds(world.now),
    last_updated: toSeconds(world.now),
    secret: {
      '@type': TYPES.secret,
      name,
      ...(chain && {
        tls_certificate: { certificate_chain: await bytes(chain), private_key: { inline_bytes: REDACTED } },
      }),
      ...(trust && { validation_context: { trusted_ca: await bytes(trust) } }),
    },
  };
}

/** Envoy's `/certs`: envoy.admin.v3.Certificates, without PEM. */
export async function certificateList(world: World, { certificates }: PlantedProxy): Promise<object> {
  const details = async (names: readonly string[] = []) =>
    await Promise.all(names.map(async (name) => detailsOf(world, (await world.factory.certificate(name)).certificate)));
  const roots = certificates.flatMap(({ trust }) => trust ?? []);
  const chains = certificates.filter((held) => held.chain && !isWarming(held));
  return {
    certificates: await Promise.all(
      chains.map(async ({ chain }) => ({ ca_cert: await details(roots), cert_chain: await details(chain) })),
    ),
  };
}

interface Dated {
  readonly serialNumber: string;
  readonly notBefore: number;
  readonly notAfter: number;
  readonly uris: readonly string[];
  readonly dnsNames: readonly string[];
}

function detailsOf({ now }: World, { serialNumber, notBefore, notAfter, uris, dnsNames }: Dated): object {
  return {
    path: '<inline>',
    serial_number: serialNumber,
    subject_alt_names: [...uris.map((uri) => ({ uri })), ...dnsNames.map((dns) => ({ dns }))],
    days_until_expiration: String(Math.max(0, Math.floor((notAfter - now) / 86_400_000))),
    valid_from: toSeconds(notBefore),
    expiration_time: toSeconds(notAfter),
  };
}

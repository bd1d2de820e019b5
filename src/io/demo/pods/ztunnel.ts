import type { PlantedProxy } from '../planting/form.ts';
import { toSeconds } from '../world/render.ts';
import type { World } from '../world/world.ts';

/** ztunnel's `/config_dump`, as far as certificates go: istio/ztunnel src/admin.rs, src/identity/manager.rs. */
export async function certificatesDump(world: World, { certificates }: PlantedProxy): Promise<object> {
  return {
    certificates: await Promise.all(
      certificates.map(async ({ name, chain = [], trust, state = 'Available' }) => ({
        identity: name,
        state,
        certChain: await entries(world, chain),
        ...(trust && { rootCerts: await entries(world, trust) }),
      })),
    ),
  };
}

async function entries(world: World, names: readonly string[]): Promise<object[]> {
  return await Promise.all(
    names.map(async (name) => {
      const { pem, certificate } = await world.factory.certificate(name);
      return {
        pem: Buffer.from(pem).toString('base64'),
        serialNumber: BigInt(`0x${certificate.serialNumber}`).toString(),
        validFrom: toSeconds(certificate.notBefore),
        expirationTime: toSeconds(certificate.notAfter),
      };
    }),
  );
}

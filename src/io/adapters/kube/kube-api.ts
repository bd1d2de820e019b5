import type { KubeApi } from '../../ports/kube-api.ts';
import { locate } from './locate.ts';
import type { KubeApiOptions } from './options.ts';
import { Session } from './session.ts';
import { within } from './wait.ts';

/** The API server that flags and kubeconfigs name. Nothing is read or dialled before the first call. */
export function createKubeApi(options: KubeApiOptions): KubeApi {
  let session: Promise<Session> | undefined;
  const forget = (error: unknown) => {
    session = undefined;
    throw error;
  };
  const open = () => {
    session ??= locate(options).then((located) => new Session(options, located), forget);
    return session;
  };
  return {
    connection: async () => await (await open()).connection(),
    request: async (request) => await (await within(request.signal, open())).request(request),
    watch: async function* (request) {
      yield* (await within(request.signal, open())).watch(request);
    },
    portForward: async (request) => await (await within(request.signal, open())).portForward(request),
    exec: async (request) => await (await within(request.signal, open())).exec(request),
  };
}

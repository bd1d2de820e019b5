/**
 * Answers HTTP-01 challenges of every name: node solver.ts ADDRESS KUBECTL KUBECONFIG.
 * cert-manager would do it with a Pod behind the Ingress; here a Challenge's token leads straight to its key.
 */
import { createServer } from 'node:http';
import { run } from '../run.ts';

const [address, kubectl = '', kubeconfig = ''] = process.argv.slice(2);
const PATH = '/.well-known/acme-challenge/';

async function keyOf(token: string): Promise<string | undefined> {
  const text = await run([
    kubectl,
    '--kubeconfig',
    kubeconfig,
    'get',
    'challenges.acme.cert-manager.io',
    '-A',
    '-o',
    'json',
  ]);
  const { items } = JSON.parse(text) as { items: { spec: { token: string; key: string } }[] };
  return items.find(({ spec }) => spec.token === token)?.spec.key;
}

const server = createServer((request, response) => {
  const token = request.url?.startsWith(PATH) ? request.url.slice(PATH.length) : undefined;
  const found = token === undefined ? Promise.resolve(undefined) : keyOf(token);
  found.then(
    (key) => response.writeHead(key === undefined ? 404 : 200).end(key),
    (error: Error) => response.writeHead(500).end(error.message),
  );
});
server.listen(80, address, () => console.log(`listening on ${address}:80`));

import type { EtcdMemberFact } from '../model/facts.ts';
import { at, recordsOf, textOf, textsOf } from './kube/json.ts';

/**
 * The members that `etcdctl member list -w json` lists; undefined when the text is no such answer. Never throws.
 * @see etcd-io/etcd etcdctl/ctlv3/command/printer_json.go
 */
export function readEtcdMembers(text: string): readonly EtcdMemberFact[] | undefined {
  const members = membersIn(text);
  if (!Array.isArray(members)) return undefined;
  return recordsOf(members).map(({ name, peerURLs }) => ({ name: textOf(name) ?? '', peerURLs: textsOf(peerURLs) }));
}

/**
 * The members in etcd's flag `--initial-cluster`: those of the moment at which this one joined, `NAME=URL` each, a name
 * several times where it has several addresses.
 */
export function initialMembers(flag: string): readonly EtcdMemberFact[] {
  const pairs = flag.split(',').flatMap((entry) => {
    const [, name, url] = /^([^=]+)=(.+)$/.exec(entry.trim()) ?? [];
    return name === undefined || url === undefined ? [] : [{ name, url }];
  });
  const names = Map.groupBy(pairs, ({ name }) => name);
  return [...names].map(([name, own]) => ({ name, peerURLs: own.map(({ url }) => url) }));
}

function membersIn(text: string): unknown {
  try {
    return at(JSON.parse(text), 'members');
  } catch {
    return undefined;
  }
}

import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Bed } from '../bed.ts';
import type { Component } from './component.ts';

/** The zone whose every name leads to the bed's own loopback address. */
const ZONE = 'example.test';
/** Key with which the zone may be changed (RFC 8945); its secret is in `bind9/tsig.secret` of the run folder. */
export const TSIG_KEY = 'bed';

const configuration = (bed: Bed, folder: string, secret: string) => `
options {
  directory "${folder}"; pid-file "${folder}/named.pid"; session-keyfile "${folder}/session.key";
  listen-on port ${bed.port('dns')} { 127.0.0.1; }; listen-on-v6 { none; };
  recursion no; dnssec-validation no;
};
controls { };
key "${TSIG_KEY}" { algorithm hmac-sha256; secret "${secret}"; };
zone "${ZONE}" { type primary; file "${folder}/zone"; allow-update { key "${TSIG_KEY}"; }; };
`;

const zone = (address: string) => `$TTL 5
@ IN SOA ns.${ZONE}. bed.${ZONE}. 1 60 60 60 5
@ IN NS ns
ns IN A 127.0.0.1
@ IN A ${address}
* IN A ${address}
`;

export const bind9: Component = {
  name: 'bind9',
  version: '9.18.49',
  source: { kind: 'debian', packages: ['bind9', 'bind9-dnsutils'], program: '/usr/sbin/named' },
  service: {
    ports: ['dns'],
    async prepare(bed) {
      const secret = randomBytes(32).toString('base64');
      const folder = join(bed.runDir, 'bind9');
      bed.write('bind9/tsig.secret', secret);
      bed.write('bind9/zone', zone(bed.loopback));
      bed.write('bind9/named.conf', configuration(bed, folder, secret));
    },
    processes(bed) {
      const argv = [join(bed.binDir, 'bind9'), '-f', '-c', join(bed.runDir, 'bind9/named.conf')];
      return [{ name: 'bind9', argv, ready: { kind: 'tcp', port: bed.port('dns') } }];
    },
  },
};

import { Flags } from '@oclif/core';

const helpGroup = 'input';

/** What is looked at, and where it is read from. */
export const INPUT_FLAGS = {
  from: Flags.string({
    helpGroup,
    helpValue: 'FILE',
    summary: 'read a snapshot instead of a cluster, - for standard input',
  }),
  demo: Flags.boolean({ helpGroup, exclusive: ['from'], summary: 'look at the embedded demo cluster' }),
  incident: Flags.string({
    helpGroup,
    helpValue: 'NAME',
    exclusive: ['from'],
    summary: 'put the demo cluster into this incident, or into that of a planting file (implies --demo)',
  }),
  at: Flags.string({ helpGroup, helpValue: 'TIME', summary: 'judge as of then: RFC 3339, or +90d from now' }),
  'pki-dir': Flags.string({
    helpGroup,
    helpValue: 'DIR',
    summary: 'PKI folder of a control-plane node; when given, /var/lib/kubelet is not read [default: /etc/kubernetes]',
  }),
  layer: Flags.string({
    helpGroup,
    options: ['cluster', 'ingress', 'mesh'],
    multiple: true,
    multipleNonGreedy: true,
    summary: 'only this layer (repeatable)',
  }),
  probe: Flags.string({
    helpGroup,
    helpValue: '[SCHEME://]HOST:PORT[#SNI]',
    multiple: true,
    multipleNonGreedy: true,
    summary: 'shake hands with this address too (repeatable)',
  }),
  resolve: Flags.string({
    helpGroup,
    helpValue: 'HOST:PORT:ADDR',
    multiple: true,
    multipleNonGreedy: true,
    summary: 'dial ADDR where HOST:PORT is meant (repeatable)',
  }),
  ca: Flags.string({ helpGroup, helpValue: 'FILE', summary: 'more trust anchors, PEM' }),
  host: Flags.string({
    helpGroup,
    helpValue: 'NAME',
    summary: 'name that certificates are checked for, SNI of probes that name none',
  }),
  'all-secrets': Flags.boolean({
    helpGroup,
    summary: 'look for certificates in every Secret and ConfigMap, whatever its type and keys',
  }),
  all: Flags.boolean({
    helpGroup,
    summary: 'ask every proxy of a mesh for its certificates, instead of some of each workload',
  }),
};

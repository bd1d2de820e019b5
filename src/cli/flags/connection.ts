import { Flags } from '@oclif/core';

const helpGroup = 'connection';

/** kubectl's own connection flags, spelled as in `kubectl options`. */
export const CONNECTION_FLAGS = {
  namespace: Flags.string({ helpGroup, helpValue: 'NAME', char: 'n', summary: 'look at this namespace only' }),
  'all-namespaces': Flags.boolean({ helpGroup, char: 'A', summary: 'look at all namespaces (as without -n)' }),
  selector: Flags.string({ helpGroup, helpValue: 'LABELS', char: 'l', summary: 'only objects with these labels' }),
  kubeconfig: Flags.string({
    helpGroup,
    helpValue: 'FILE',
    summary: 'kubeconfig to use instead of KUBECONFIG and the one in the home',
  }),
  context: Flags.string({ helpGroup, helpValue: 'NAME', summary: 'context of the kubeconfig' }),
  cluster: Flags.string({ helpGroup, helpValue: 'NAME', summary: 'cluster of the kubeconfig' }),
  user: Flags.string({ helpGroup, helpValue: 'NAME', summary: 'user of the kubeconfig' }),
  server: Flags.string({ helpGroup, helpValue: 'URL', char: 's', summary: 'address of the API server' }),
  token: Flags.string({ helpGroup, helpValue: 'TOKEN', summary: 'bearer token for the API server' }),
  'client-certificate': Flags.string({
    helpGroup,
    helpValue: 'FILE',
    summary: 'client certificate for the API server',
  }),
  'client-key': Flags.string({ helpGroup, helpValue: 'FILE', summary: 'key of the client certificate' }),
  'certificate-authority': Flags.string({ helpGroup, helpValue: 'FILE', summary: 'CA of the API server' }),
  'insecure-skip-tls-verify': Flags.boolean({ helpGroup, summary: 'do not verify the API server when asking it' }),
  'tls-server-name': Flags.string({ helpGroup, helpValue: 'NAME', summary: 'name that the API server is verified by' }),
  as: Flags.string({ helpGroup, helpValue: 'USER', summary: 'impersonate this user' }),
  'as-uid': Flags.string({ helpGroup, helpValue: 'UID', summary: 'impersonate the user with this UID' }),
  'as-group': Flags.string({
    helpGroup,
    helpValue: 'GROUP',
    multiple: true,
    multipleNonGreedy: true,
    summary: 'impersonate this group (repeatable)',
  }),
  'request-timeout': Flags.string({
    helpGroup,
    helpValue: 'TIME',
    default: '10s',
    summary: 'longest wait for each answer, 0 for no limit',
  }),
  v: Flags.integer({
    helpGroup,
    helpValue: 'N',
    char: 'v',
    min: 0,
    max: 10,
    default: 0,
    summary: 'log requests from level 6 on, never what they carry',
  }),
  verbose: Flags.boolean({ helpGroup: 'global', summary: 'log every request, show stack traces of internal errors' }),
  'no-tui': Flags.boolean({ helpGroup: 'global', summary: 'never open a screen' }),
};

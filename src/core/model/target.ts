import type { Layer } from './layer.ts';

/** What a TARGET on the command line names. `text` is what was typed. */
export type Target =
  | { readonly kind: 'file'; readonly text: string; readonly path: string }
  | { readonly kind: 'address'; readonly text: string; readonly address: ProbeAddress }
  | {
      readonly kind: 'object';
      readonly text: string;
      readonly objectKind: string;
      readonly name: string;
      readonly namespace?: string;
      /** The namespace was not typed: where it has none of that name, other namespaces are looked at. */
      readonly elsewhere?: true;
      readonly ref?: string;
    }
  | { readonly kind: 'layer'; readonly text: string; readonly layer: Layer }
  | { readonly kind: 'kubeconfig'; readonly text: string; readonly path: string; readonly ref: string }
  | { readonly kind: 'host'; readonly text: string; readonly host: string };

/** An address to shake hands with: `[SCHEME://]host:port[#sni]`. */
export interface ProbeAddress {
  readonly scheme: string;
  readonly host: string;
  readonly port: number;
  readonly sni?: string;
}

/** `--resolve host:port:addr`: dial addr when host:port is meant, as curl has it. */
export interface ResolveRule {
  readonly host: string;
  readonly port: number;
  readonly address: string;
}

/** One row of `kubeadm certs check-expiration`. */
export interface KubeadmRow {
  /** kubeadm's own name: `apiserver`, `admin.conf`, `etcd-ca`. */
  readonly name: string;
  readonly isCA: boolean;
  readonly missing: boolean;
  /** Milliseconds since the epoch, to the minute in text; absent when missing. */
  readonly expires?: number;
  /** Name of the CA; kubeadm before 1.24 leaves it out for kubeconfigs. */
  readonly caName?: string;
  /** The CA's key is not on this machine: kubeadm cannot renew it. */
  readonly externallyManaged: boolean;
}

export interface KubeadmReport {
  readonly rows: readonly KubeadmRow[];
  /** True when kubeadm could not read its configuration and guessed: external etcd and the folder are then unknown to it. */
  readonly fallback: boolean;
}

/**
 * Reads the answer of `kubeadm certs check-expiration`, JSON (1.30 on) or text, with whatever progress lines stand
 * before it. Undefined when there is no answer in it.
 * @see kubernetes/kubernetes cmd/kubeadm/app/apis/output/v1alpha3/types.go and cmd/kubeadm/app/cmd/certs.go
 */
export function readKubeadmReport(output: string): KubeadmReport | undefined {
  const fallback = /Falling back to default configuration/.test(output);
  const rows = readJson(output) ?? readText(output);
  return rows && rows.length > 0 ? { rows, fallback } : undefined;
}

function readJson(output: string): KubeadmRow[] | undefined {
  const start = output.search(/^\{/m);
  if (start < 0) return undefined;
  try {
    const value = JSON.parse(output.slice(start)) as Record<string, unknown>;
    if (value.kind !== 'CertificateExpirationInfo') return undefined;
    return [...rowsOf(value.certificates, false), ...rowsOf(value.certificateAuthorities, true)];
  } catch {
    return undefined;
  }
}

function rowsOf(list: unknown, isCA: boolean): KubeadmRow[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((item: Record<string, unknown>) => {
    if (typeof item?.name !== 'string') return [];
    const expires = typeof item.expirationDate === 'string' ? Date.parse(item.expirationDate) : Number.NaN;
    return [
      {
        name: item.name,
        isCA,
        missing: item.missing === true,
        ...(!Number.isNaN(expires) && { expires }),
        ...(typeof item.caName === 'string' && item.caName && { caName: item.caName }),
        externallyManaged: item.externallyManaged === true,
      },
    ];
  });
}

const DATE = /\b([A-Z][a-z]{2} \d{2}, \d{4} \d{2}:\d{2} [A-Z]+)\b/;

/** Two tables; columns are told apart by form, since their widths change with names and versions. */
function readText(output: string): KubeadmRow[] | undefined {
  const lines = output.split('\n');
  const start = lines.findIndex((line) => /^CERTIFICATE\s+EXPIRES\s/.test(line));
  if (start < 0) return undefined;
  const rows: KubeadmRow[] = [];
  let isCA = false;
  for (const line of lines.slice(start + 1)) {
    if (/^CERTIFICATE AUTHORITY\s/.test(line)) isCA = true;
    else if (line.trim()) rows.push(readLine(line, isCA));
  }
  return rows;
}

function readLine(line: string, isCA: boolean): KubeadmRow {
  const [, missing, name] = /^(!MISSING! )?(\S+)/.exec(line) ?? [];
  const date = DATE.exec(line);
  const rest = date
    ? line
        .slice(date.index + date[0].length)
        .trim()
        .split(/\s{2,}/)
    : [];
  const [, second, third] = rest;
  const managed = isCA ? second : (third ?? second);
  const caName = !isCA && third !== undefined ? second : undefined;
  return {
    name: name ?? line.trim(),
    isCA,
    missing: missing !== undefined,
    ...(date?.[1] && { expires: Date.parse(date[1]) }),
    ...(caName && { caName }),
    externallyManaged: managed === 'yes',
  };
}

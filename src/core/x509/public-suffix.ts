/**
 * Suffixes below which strangers register names, so that a wildcard right above them covers strangers too. The whole
 * Public Suffix List has ten thousand rules and changes weekly; these are its second-level forms and the private
 * ones that clusters meet. It only ever makes a warning.
 */
const secondLevels = [
  'ac',
  'co',
  'com',
  'edu',
  'gob',
  'gov',
  'gv',
  'ltd',
  'me',
  'mil',
  'ne',
  'net',
  'nhs',
  'nom',
  'or',
  'org',
  'plc',
  'sch',
];

const privateSuffixes = [
  'amazonaws.com',
  'azurewebsites.net',
  'blob.core.windows.net',
  'cloudapp.net',
  'cloudfront.net',
  'elb.amazonaws.com',
  'github.io',
  'gitlab.io',
  'herokuapp.com',
  'netlify.app',
  'pages.dev',
  'run.app',
  's3.amazonaws.com',
  'trafficmanager.net',
  'vercel.app',
  'workers.dev',
];

/** Whether names directly below belong to different people, as far as the list here goes. */
export function isPublicSuffix(domain: string): boolean {
  const labels = domain.toLowerCase().split('.');
  if (labels.length === 1) return true;
  if (labels.length === 2 && labels[1]!.length === 2 && secondLevels.includes(labels[0]!)) return true;
  return privateSuffixes.includes(domain.toLowerCase()) || /^s3[.-][a-z0-9-]+\.amazonaws\.com$/.test(domain);
}

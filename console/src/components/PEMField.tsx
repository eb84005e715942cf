// SPDX-License-Identifier: Apache-2.0

import { useTranslation } from 'react-i18next';

import { TextAreaField } from './fields';
import { FileButton } from './FileButton';

/** Complains about what is no certificate, or holds a key. */
export function usePEMComplaint() {
  const { t } = useTranslation();
  return (pem: string) =>
    pem.includes('PRIVATE KEY')
      ? t('clinic.privateKey')
      : pem.includes('-----BEGIN CERTIFICATE-----')
        ? undefined
        : t('authorities.chainInvalid');
}

interface Props {
  id: string;
  label: string;
  /** The name of the button that takes files. */
  files: string;
  multiple?: boolean;
  /** Files are added to what stands there, rather than put in its place. */
  adds?: boolean;
  rows?: number;
  help?: string;
  error?: string;
  value: string;
  onChange: (pem: string) => void;
  onBlur?: () => void;
}

/** Certificates, pasted or from files. */
export function PEMField({ files, multiple = true, adds = false, ...field }: Props) {
  const take = async (chosen: readonly File[]) => {
    const texts = await Promise.all(chosen.map((f) => f.text()));
    field.onChange([adds ? field.value.trim() : '', ...texts].filter(Boolean).join('\n'));
  };
  return (
    <>
      <TextAreaField {...field} required />
      <div>
        <FileButton id={`${field.id}-file`} label={files} accept=".pem,.crt,.cer,.txt" multiple={multiple} onFiles={(f) => void take(f)} />
      </div>
    </>
  );
}

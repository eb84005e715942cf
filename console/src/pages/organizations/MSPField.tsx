// SPDX-License-Identifier: Apache-2.0

import { FormGroup, HelperText, HelperTextItem, Label, Spinner } from '@patternfly/react-core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { isLanguage } from '../../app/i18n';
import { FileButton } from '../../components/FileButton';
import { ProblemAlert } from '../../components/ProblemAlert';
import { toBase64 } from '../../device/der';
import { useClinic } from '../../queries/clinic';
import { Report } from '../clinic/Report';

/** What the platform takes at most (bytes). */
const most = 256 * 1024;

export interface ChosenMSP {
  readonly name: string;
  /** Base64. */
  readonly data: string;
}

interface Props {
  id: string;
  organization: string;
  value: ChosenMSP | undefined;
  onChange: (value: ChosenMSP | undefined) => void;
  error?: string;
}

/** Chooses the archive of an MSP, and shows what the clinic says of it before it is sent to be taken. */
export function MSPField({ id, organization, value, onChange, error }: Props) {
  const { t, i18n } = useTranslation();
  const [refused, setRefused] = useState<string>();
  const [asked, setAsked] = useState(0);
  const language = isLanguage(i18n.language) ? i18n.language : 'en';
  const query = useClinic(value && { purpose: 'ca', organization, files: [value], language }, asked);
  const choose = async ([file]: readonly File[]) => {
    if (!file) return;
    const bytes = new Uint8Array(await file.arrayBuffer());
    const holdsKey = new TextDecoder('latin1').decode(bytes).includes('PRIVATE KEY-----');
    setRefused(holdsKey ? t('clinic.privateKey') : bytes.length > most ? t('clinic.tooMuch') : undefined);
    onChange(holdsKey || bytes.length > most ? undefined : { name: file.name, data: toBase64(bytes) });
    setAsked((n) => n + 1);
  };
  return (
    <FormGroup label={t('external.msp')} isRequired role="group" fieldId={id}>
      <FileButton id={id} label={t('external.chooseMSP')} accept=".zip,.tgz,.gz,.pb,.block" onFiles={(f) => void choose(f)} />{' '}
      {value && <Label variant="outline">{value.name}</Label>}
      <HelperText id={`${id}-help`} aria-live="polite">
        {(refused ?? error) && <HelperTextItem variant="error">{refused ?? error}</HelperTextItem>}
        <HelperTextItem>{t('external.mspHelp')}</HelperTextItem>
      </HelperText>
      <div aria-live="polite">
        {value && query.isFetching && <Spinner size="md" aria-label={t('external.examining')} />}
        {value && query.error && !query.isFetching && <ProblemAlert error={query.error} title={t('clinic.failed')} />}
        {value && query.data && !query.isFetching && <Report report={query.data} />}
      </div>
    </FormGroup>
  );
}

// SPDX-License-Identifier: Apache-2.0

import { Button, Card, CardBody, Content, Form, Title } from '@patternfly/react-core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import type { CertificateCheck, CheckPurpose } from '../../api/clinic';
import { Brand } from '../../app/Header';
import { LanguageMenu, ThemeMenu } from '../../app/menus';
import { isLanguage } from '../../app/i18n';
import { ChosenFiles } from '../../components/ChosenFiles';
import { SelectField, TextAreaField } from '../../components/fields';
import { FileButton } from '../../components/FileButton';
import { ProblemAlert } from '../../components/ProblemAlert';
import { toBase64 } from '../../device/der';
import { useForm } from '../../hooks/useForm';
import { useTitle } from '../../hooks/useTitle';
import { useClinic } from '../../queries/clinic';
import { Report } from './Report';

/** What the clinic takes at most, in all (bytes). */
const most = 256 * 1024;

interface Chosen {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** A private key as text: it must not be sent, not even to be refused. */
const holdsKey = (text: string): boolean => text.includes('PRIVATE KEY-----');

interface Values {
  purpose: '' | CheckPurpose;
  material: string;
  files: readonly Chosen[];
}

/** Whether Fabric will take a certificate; for anybody, without signing in. */
export function ClinicPage() {
  const { t, i18n } = useTranslation();
  useTitle(t('clinic.title'));
  const [question, setQuestion] = useState<CertificateCheck>();
  const [asked, setAsked] = useState(0);
  const language = isLanguage(i18n.language) ? i18n.language : 'en';
  const query = useClinic(question && { ...question, language }, asked);
  const purposes: Record<CheckPurpose, string> = {
    identity: t('clinicPurpose.identity'),
    tls: t('clinicPurpose.tls'),
    ca: t('clinicPurpose.ca'),
    'sign-in': t('clinicPurpose.signIn'),
    'identity-csr': t('clinicPurpose.identityCsr'),
    'ca-csr': t('clinicPurpose.caCsr'),
  };
  const complaint = ({ material, files }: Values): string | undefined => {
    if (holdsKey(material) || files.some((f) => holdsKey(new TextDecoder('latin1').decode(f.bytes)))) return t('clinic.privateKey');
    if (!material.trim() && files.length === 0) return t('clinic.nothing');
    return material.length + files.reduce((n, f) => n + f.bytes.length, 0) > most ? t('clinic.tooMuch') : undefined;
  };
  const form = useForm<Values>('clinic', { purpose: '', material: '', files: [] }, (v) => ({
    purpose: v.purpose ? undefined : t('form.choose'),
    material: complaint(v),
  }));
  const { values, set, touch } = form;
  const send = () => {
    if (!form.check() || values.purpose === '') return;
    setQuestion({
      purpose: values.purpose,
      ...(values.material.trim() ? { material: values.material } : {}),
      ...(values.files.length > 0 ? { files: values.files.map(({ name, bytes }) => ({ name, data: toBase64(bytes) })) } : {}),
    });
    setAsked((n) => n + 1);
  };
  const add = async (files: readonly File[]) => {
    const read = await Promise.all(files.map(async (f) => ({ name: f.name, bytes: new Uint8Array(await f.arrayBuffer()) })));
    set('files', [...values.files, ...read]);
    touch('material');
  };
  return (
    <main className="b4a-signin">
      <div className="b4a-signin-top b4a-clinic">
        <Link to="/" className="b4a-plain-link"><Brand /></Link>
        <span>
          <LanguageMenu />
          <ThemeMenu />
        </span>
      </div>
      <Card className="b4a-signin-card b4a-clinic" isLarge>
        <CardBody>
          <Title headingLevel="h1">{t('clinic.title')}</Title>
          <Content className="b4a-gap">
            <p>{t('clinic.body')}</p>
          </Content>
          <Form
            id="clinic"
            className="b4a-gap"
            noValidate
            onSubmit={(event) => {
              event.preventDefault();
              send();
            }}
          >
            <SelectField
              {...form.field('purpose')}
              label={t('clinic.purpose')}
              required
              options={Object.entries(purposes).map(([value, label]) => ({ value, label }))}
            />
            <TextAreaField
              {...form.field('material')}
              label={t('clinic.material')}
              rows={8}
              help={t('clinic.materialHelp')}
            />
            <div>
              <FileButton id="clinic-files" label={t('clinic.files')} accept="" multiple onFiles={(f) => void add(f)} />
              <ChosenFiles files={values.files} onChange={(files) => set('files', files)} />
            </div>
            <div>
              <Button type="submit" isLoading={query.isFetching} isDisabled={query.isFetching}>
                {t('clinic.check')}
              </Button>
            </div>
          </Form>
          <div aria-live="polite">
            {query.error && !query.isFetching ? (
              <ProblemAlert error={query.error} title={t('clinic.failed')} />
            ) : (
              question && query.data && <Report report={query.data} />
            )}
          </div>
        </CardBody>
      </Card>
    </main>
  );
}

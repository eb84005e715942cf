// SPDX-License-Identifier: Apache-2.0
import { Button, ClipboardCopy, Form, FormGroup, FormSelect, FormSelectOption, TextInput, Title } from '@patternfly/react-core';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation, useNavigate } from 'react-router';
import { choose, languages, type Language } from '../app/i18n';
import { Problem } from '../components/common';
import { useTheme } from '../hooks/useTheme';
import { useSignIn } from '../queries';

/** SignIn takes the one-time code of a link from the address, or one that is typed. */
export default function SignIn() {
  const { t, i18n } = useTranslation();
  const { hash } = useLocation();
  const navigate = useNavigate();
  const signIn = useSignIn();
  const [code, setCode] = useState('');
  const used = useRef('');
  useTheme();
  const enter = (c: string) => signIn.mutate(c, { onSuccess: () => void navigate('/', { replace: true }) });
  useEffect(() => {
    document.title = `${t('signIn.title')} · Blockchain4all`;
    const fromLink = new URLSearchParams(hash.slice(1)).get('code');
    if (fromLink && used.current !== fromLink) {
      used.current = fromLink;
      enter(fromLink);
    }
  });
  return (
    <main className="b4a-signin">
      <Title headingLevel="h1" size="3xl">
        Blockchain4all
      </Title>
      <p className="b4a-lead b4a-gap">{t('signIn.lead')}</p>
      <Problem error={signIn.error} />
      <p className="b4a-gap">{t('signIn.how')}</p>
      <ClipboardCopy isReadOnly hoverTip={t('copy')} clickTip={t('copied')} textAriaLabel={t('signIn.command')}>
        b4a login --browser
      </ClipboardCopy>
      <Form
        className="b4a-gap"
        onSubmit={(e) => {
          e.preventDefault();
          const typed = code.includes('#code=') ? code.slice(code.indexOf('#code=') + 6) : code;
          enter(typed.trim());
        }}
      >
        <FormGroup label={t('signIn.code')} fieldId="code">
          <TextInput id="code" type="password" autoComplete="off" value={code} onChange={(_e, v) => setCode(v)} />
        </FormGroup>
        <Button type="submit" isDisabled={code.trim().length < 20 || signIn.isPending} isLoading={signIn.isPending}>
          {t('signIn.enter')}
        </Button>
        <FormGroup label={t('language')} fieldId="language">
          <FormSelect id="language" value={i18n.language} onChange={(_e, v) => choose(v as Language)}>
            {Object.entries(languages).map(([c, name]) => (
              <FormSelectOption key={c} value={c} label={name} />
            ))}
          </FormSelect>
        </FormGroup>
      </Form>
    </main>
  );
}

// SPDX-License-Identifier: Apache-2.0

import { Button } from '@patternfly/react-core';
import CheckIcon from '@patternfly/react-icons/dist/esm/icons/check-icon';
import CopyIcon from '@patternfly/react-icons/dist/esm/icons/copy-icon';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';

interface Props {
  /** What is copied. */
  text: string;
  /** What it is, for the button's name. */
  what: string;
}

/** Copies a text; says so by icon, and by name to screen readers. */
export function CopyButton({ text, what }: Props) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 2_000);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setCopied(true);
    } catch {
      setCopied(false);
    }
  };
  const name = copied ? t('copy.done', { what }) : t('copy.action', { what });
  return (
    <>
      <Button
        variant="plain"
        size="sm"
        hasNoPadding
        className="b4a-copy"
        aria-label={name}
        title={name}
        icon={copied ? <CheckIcon /> : <CopyIcon />}
        onClick={() => void copy()}
      />
      <span role="status" className="pf-v6-screen-reader">
        {copied ? name : ''}
      </span>
    </>
  );
}

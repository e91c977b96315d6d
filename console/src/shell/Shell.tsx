import {
  ActionIcon,
  AppShell,
  Badge,
  Box,
  Burger,
  Group,
  Menu,
  NavLink,
  Select,
  Text,
  useComputedColorScheme,
  useMantineColorScheme,
} from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { Link, Outlet, useLocation, useMatchRoute, useNavigate, useRouter } from '@tanstack/react-router';
import { type ComponentType, useEffect, useRef } from 'react';
import { remove } from '../api/client.ts';
import { failuresQuery, nowQuery, queryClient, sessionQuery } from '../api/queries.ts';
import { number } from '../languages/locale.ts';
import {
  BellIcon,
  BoardIcon,
  FunnelIcon,
  ListIcon,
  MoonIcon,
  PhoneIcon,
  PlugIcon,
  PulseIcon,
  RulesIcon,
  SearchIcon,
  SunIcon,
  TrayIcon,
  UserIcon,
  UsersIcon,
  WarningIcon,
} from '../parts/icons.tsx';
import { callTexts, texts } from '../texts.ts';
import { useConnection } from './connection.ts';
import { EndingAccess } from './EndingAccess.tsx';
import { LanguageItems } from './LanguageItems.tsx';
import { RevokedAccess } from './RevokedAccess.tsx';
import { SearchWindow } from './SearchWindow.tsx';
import classes from './Shell.module.css';

/** Around every page: where else one can go, which connection is meant, who one is. */
export function Shell() {
  useFocusOnNewPage();
  const [isOpen, { toggle, close }] = useDisclosure(false);
  return (
    <AppShell
      header={{ height: 52 }}
      navbar={{ width: 200, breakpoint: 'sm', collapsed: { mobile: !isOpen } }}
      padding={{ base: 'sm', sm: 'lg' }}
    >
      <a href="#content" className="skip">
        {texts.skipToContent}
      </a>
      <AppShell.Header className={classes.header}>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap" gap="xs">
          <Group gap="xs" wrap="nowrap">
            <Burger
              opened={isOpen}
              onClick={toggle}
              hiddenFrom="sm"
              size="sm"
              aria-label={texts.nav.open}
              aria-expanded={isOpen}
            />
            <Link to="/" className={classes.brand}>
              <img src="/favicon.svg" alt="" width={22} height={22} />
              {texts.product}
            </Link>
            <DemoBadge />
          </Group>
          <Group gap="xs" wrap="nowrap">
            <SearchWindow />
            <ConnectionSwitch />
            <Colours />
            <Me />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs" className={classes.navbar} aria-label={texts.nav.label}>
        <Pages onGo={close} />
      </AppShell.Navbar>
      <AppShell.Main id="content" tabIndex={-1} className={classes.main}>
        <Box maw={1640} mx="auto">
          <RevokedAccess />
          <EndingAccess />
          <Outlet />
        </Box>
      </AppShell.Main>
    </AppShell>
  );
}

/** Announces a new page to screen readers. */
function useFocusOnNewPage(): void {
  const { pathname } = useLocation();
  const before = useRef(pathname);
  useEffect(() => {
    if (before.current !== pathname) document.getElementById('content')?.focus({ preventScroll: true });
    before.current = pathname;
  }, [pathname]);
}

function Pages({ onGo }: { onGo(): void }) {
  const { connection } = useConnection();
  const failures = useQuery(failuresQuery(connection));
  const connections = useQuery(nowQuery).data?.connections ?? [];
  const shown = connections.filter(({ name }) => connection === undefined || name === connection);
  const session = useQuery(sessionQuery).data;
  return (
    <>
      <Page to="/" label={texts.nav.now} icon={FunnelIcon} onGo={onGo} />
      <Page to="/activity" label={texts.nav.activity} icon={ListIcon} onGo={onGo} />
      <Page to="/calls" label={callTexts.nav} icon={PhoneIcon} onGo={onGo} />
      <Page to="/subject" label={texts.nav.subject} icon={SearchIcon} onGo={onGo} />
      <Page
        to="/failures"
        label={texts.nav.failures}
        icon={WarningIcon}
        onGo={onGo}
        count={failures.data?.total ?? 0}
        countColor="red"
      />
      <Page
        to="/held"
        label={texts.nav.held}
        icon={TrayIcon}
        onGo={onGo}
        count={shown.reduce((sum, { held }) => sum + held, 0)}
      />
      {session?.demo ? <Page to="/demo" label={texts.nav.board} icon={BoardIcon} onGo={onGo} /> : null}
      <Page to="/rules" label={texts.nav.rules} icon={RulesIcon} onGo={onGo} />
      <Page to="/backfill" label={texts.nav.backfill} icon={UsersIcon} onGo={onGo} />
      <Page to="/connections" label={texts.nav.connections} icon={PlugIcon} onGo={onGo} />
      <Page to="/system" label={texts.nav.system} icon={PulseIcon} onGo={onGo} />
      <Page to="/alerts" label={texts.nav.alerts} icon={BellIcon} onGo={onGo} />
      {session?.role === 'admin' ? (
        <Page to="/people" label={texts.nav.people} icon={UserIcon} onGo={onGo} />
      ) : null}
    </>
  );
}

interface PageProps {
  to:
    | '/'
    | '/activity'
    | '/calls'
    | '/subject'
    | '/failures'
    | '/held'
    | '/backfill'
    | '/rules'
    | '/connections'
    | '/alerts'
    | '/system'
    | '/demo'
    | '/people';
  label: string;
  icon: ComponentType;
  onGo(): void;
  count?: number;
  /** Red for what has failed; without one, the colour of links. */
  countColor?: string;
}

function Page({ to, label, icon: Icon, onGo, count = 0, countColor }: PageProps) {
  const matches = useMatchRoute();
  const isHere =
    Boolean(matches({ to, fuzzy: to !== '/' })) ||
    (to === '/' && Boolean(matches({ to: '/deals' }))) ||
    (to === '/connections' && Boolean(matches({ to: '/setup/$name', fuzzy: true })));
  return (
    <NavLink
      renderRoot={(props) => <Link to={to} {...props} />}
      label={label}
      leftSection={<Icon />}
      rightSection={
        count > 0 ? (
          <Badge size="sm" {...(countColor && { color: countColor })} variant="filled" className="number">
            {number(count)}
          </Badge>
        ) : null
      }
      active={isHere}
      aria-current={isHere ? 'page' : undefined}
      onClick={onGo}
      className={classes.page}
    />
  );
}

function ConnectionSwitch() {
  const { connection, names } = useConnection();
  const navigate = useNavigate();
  if (names.length < 2 && connection === undefined) return null;
  return (
    <Select
      size="xs"
      w={{ base: 104, sm: 180 }}
      aria-label={texts.nav.connection}
      data={[{ value: '', label: texts.nav.allConnections }, ...names]}
      value={connection ?? ''}
      allowDeselect={false}
      onChange={(name) =>
        navigate({ to: '.', search: (before: object) => ({ ...before, connection: name || undefined }) })
      }
    />
  );
}

function DemoBadge() {
  const session = useQuery(sessionQuery);
  if (!session.data?.demo) return null;
  return (
    <Badge variant="default" size="sm" tt="none" fw={500} title={texts.nav.demo}>
      <Box component="span" visibleFrom="sm">
        {texts.nav.demo}
      </Box>
      <Box component="span" hiddenFrom="sm">
        {texts.nav.demoShort}
      </Box>
    </Badge>
  );
}

function Colours() {
  const { setColorScheme } = useMantineColorScheme();
  const isDark = useComputedColorScheme('light') === 'dark';
  const labels = isDark ? texts.nav.toLight : texts.nav.toDark;
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      className={classes.tool}
      size="lg"
      title={labels}
      aria-label={labels}
      onClick={() => setColorScheme(isDark ? 'light' : 'dark')}
    >
      {isDark ? <SunIcon /> : <MoonIcon />}
    </ActionIcon>
  );
}

function Me() {
  const session = useQuery(sessionQuery);
  const navigate = useNavigate();
  const router = useRouter();
  if (!session.data) return null;
  const { name, role } = session.data;
  async function signOut() {
    // The pages stop asking before the session ends; where it does not end, one is seen to be still inside.
    await navigate({ to: '/sign-in' });
    // Whoever was asked and stayed with a draft has not left, whatever page comes next.
    if (router.state.location.pathname !== '/sign-in') return;
    await queryClient.cancelQueries();
    try {
      await remove('/api/session');
      queryClient.clear();
    } catch {
      await navigate({ to: '/' });
    }
  }
  return (
    <Menu position="bottom-end" width={220} withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          className={classes.tool}
          size="lg"
          aria-label={texts.nav.signedInAs(name, role)}
        >
          <UserIcon />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Text size="sm" px="sm" py={6} className="wrap">
          {texts.nav.signedInAs(name, role)}
        </Text>
        <Menu.Divider />
        <LanguageItems />
        <Menu.Item onClick={() => void signOut()}>{texts.nav.signOut}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

interface IconProps {
  size?: number;
}

/** Icons on a grid of 24, in the colour of the surrounding text. Hidden from screen readers, since each has a text next to it. */
function Drawn({ size = 18, d }: IconProps & { d: string }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.8"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      <path d={d} />
    </svg>
  );
}

const PULSE = 'M3 12h4l3-8 4 16 3-8h4';
export const PulseIcon = (props: IconProps) => <Drawn d={PULSE} {...props} />;

const FUNNEL = 'M3.5 5h17l-6.500 8v6l-4-2v-4Z';
export const FunnelIcon = (props: IconProps) => <Drawn d={FUNNEL} {...props} />;

const LIST = 'M9 6h11M9 12h11M9 18h11M4.5 6h.01M4.5 12h.01M4.5 18h.01';
export const ListIcon = (props: IconProps) => <Drawn d={LIST} {...props} />;

const WARNING =
  'M12 9v4M12 16.5v.01M10.300 4.300 2.800 17.5A2 2 0 0 0 4.5 20.5h15a2 2 0 0 0 1.700-3L13.700 4.300a2 2 0 0 0-3.400 0Z';
export const WarningIcon = (props: IconProps) => <Drawn d={WARNING} {...props} />;

const RULES = 'M4 6h9M4 12h16M4 18h7M17 4v4M9 10v4M15 16v4';
export const RulesIcon = (props: IconProps) => <Drawn d={RULES} {...props} />;

const SEARCH = 'M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13ZM20 20l-4.900-4.900';
export const SearchIcon = (props: IconProps) => <Drawn d={SEARCH} {...props} />;

const SUN =
  'M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM12 3v1.5M12 19.5V21M4.5 4.5l1 1M18.5 18.5l1 1M3 12h1.5M19.5 12H21M4.5 19.5l1-1M18.5 5.5l1-1';
export const SunIcon = (props: IconProps) => <Drawn d={SUN} {...props} />;

const MOON = 'M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5Z';
export const MoonIcon = (props: IconProps) => <Drawn d={MOON} {...props} />;

const TRAY =
  'M4 13v5a1.5 1.5 0 0 0 1.5 1.5h13A1.5 1.5 0 0 0 20 18v-5l-3-8H7l-3 8ZM4 13h4.5l1.5 2.5h4l1.5-2.5H20';
export const TrayIcon = (props: IconProps) => <Drawn d={TRAY} {...props} />;

const PAUSE = 'M9 5v14M15 5v14';
export const PauseIcon = (props: IconProps) => <Drawn d={PAUSE} {...props} />;

const PLAY = 'M7 5l12 7-12 7V5Z';
export const PlayIcon = (props: IconProps) => <Drawn d={PLAY} {...props} />;

const REPLAY = 'M4 12a8 8 0 1 0 2.5-5.800M4 4v4h4';
export const ReplayIcon = (props: IconProps) => <Drawn d={REPLAY} {...props} />;

const TRASH =
  'M5 7h14M10 11v6M14 11v6M6.5 7l.8 11.200A2 2 0 0 0 9.300 20h5.400a2 2 0 0 0 2-1.800L17.5 7M9 7V4.5h6V7';
export const TrashIcon = (props: IconProps) => <Drawn d={TRASH} {...props} />;

const LINK =
  'M14 5h5v5M19 5l-8 8M17 14v4a1.5 1.5 0 0 1-1.5 1.5H6A1.5 1.5 0 0 1 4.5 18V8.5A1.5 1.5 0 0 1 6 7h4';
export const LinkIcon = (props: IconProps) => <Drawn d={LINK} {...props} />;

const COPY = 'M9 9h10v10H9zM5 15V5h10';
export const CopyIcon = (props: IconProps) => <Drawn d={COPY} {...props} />;

const USER = 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM4.5 20a7.5 7.5 0 0 1 15 0';
export const UserIcon = (props: IconProps) => <Drawn d={USER} {...props} />;

const CHECK = 'M5 12.5l4.5 4.5L19 7.5';
export const CheckIcon = (props: IconProps) => <Drawn d={CHECK} {...props} />;

const CROSS = 'M6 6l12 12M18 6L6 18';
export const CrossIcon = (props: IconProps) => <Drawn d={CROSS} {...props} />;

const CLOCK = 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM12 7v5l3 2';
export const ClockIcon = (props: IconProps) => <Drawn d={CLOCK} {...props} />;

const RIGHT = 'M5 12h14M13 6l6 6-6 6';
export const RightIcon = (props: IconProps) => <Drawn d={RIGHT} {...props} />;

const LEFT = 'M19 12H5M11 6l-6 6 6 6';
export const LeftIcon = (props: IconProps) => <Drawn d={LEFT} {...props} />;

const BOARD = 'M4 5h4.5v14H4zM9.75 5h4.5v9h-4.5zM15.5 5H20v11h-4.5z';
export const BoardIcon = (props: IconProps) => <Drawn d={BOARD} {...props} />;

const PLUG = 'M9 3v5M15 3v5M6 8h12v3a6 6 0 0 1-12 0V8ZM12 17v4';
export const PlugIcon = (props: IconProps) => <Drawn d={PLUG} {...props} />;

const PLUS = 'M12 5v14M5 12h14';
export const PlusIcon = (props: IconProps) => <Drawn d={PLUS} {...props} />;

const DOWN = 'm6 9 6 6 6-6';
export const DownIcon = (props: IconProps) => <Drawn d={DOWN} {...props} />;

const PHONE =
  'M6.500 3.500h3l1.500 4-2 1.500a12 12 0 0 0 6 6l1.500-2 4 1.500v3a2 2 0 0 1-2 2A15.500 15.500 0 0 1 4.500 5.500a2 2 0 0 1 2-2Z';
export const PhoneIcon = (props: IconProps) => <Drawn d={PHONE} {...props} />;

const BELL = 'M6 16.5V11a6 6 0 0 1 12 0v5.5l1.5 1.5h-15L6 16.5ZM10 20.5a2 2 0 0 0 4 0';
export const BellIcon = (props: IconProps) => <Drawn d={BELL} {...props} />;

const USERS =
  'M9 11a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7ZM2.500 20a6.500 6.500 0 0 1 13 0M16 4.500a3.500 3.500 0 0 1 0 6.500M18 14.200a6.500 6.500 0 0 1 3.500 5.800';
export const UsersIcon = (props: IconProps) => <Drawn d={USERS} {...props} />;

import type {
  AlertLevel,
  AlertReceiver,
  AlertTopic,
  Backfill,
  Direction,
  EventKind,
  FailureGroup,
  MailState,
  Metric,
  MissedReason,
  Outcome,
  PublishEffects,
  Range,
  Role,
  ShownConnection,
  Side,
} from '../api/types.ts';
import type { EffectState, MailAction, MailMark, OutageKind, SideName, Story } from '../pages/board/types.ts';
import type { EffectCounts, Happening, Texts } from './en.ts';
import { decimal, number, percent } from './locale.ts';

/*
 * All texts of the console in Spanish: neutral for Spain and Latin America, impersonal, with the words that Kommo uses in Spanish.
 */

/** `1 nota`, `3 notas` */
function plural(count: number, word: string, many = `${word}s`): string {
  return `${number(count)} ${count === 1 ? word : many}`;
}

/** All texts of the console that do not come from the server. */
const texts = {
  product: 'Stagepost',
  skipToContent: 'Ir al contenido',
  nav: {
    label: 'Páginas',
    open: 'Abrir el menú',
    now: 'Resumen',
    activity: 'Actividad',
    subject: 'Buscar cliente',
    failures: 'Problemas',
    held: 'Leads retenidos',
    backfill: 'Clientes existentes',
    rules: 'Reglas',
    connections: 'Conexiones',
    system: 'Sistema',
    alerts: 'Alertas',
    board: 'Tablero de demo',
    people: 'Usuarios',
    connection: 'Conexión',
    allConnections: 'Todas las conexiones',
    toDark: 'Modo oscuro',
    toLight: 'Modo claro',
    signOut: 'Cerrar sesión',
    language: 'Idioma',
    signedInAs: (name: string, role: Role) => `${name} (${roleLabels[role]})`,
    demo: 'Demo: Kommo y Customer.io son simulados',
    demoShort: 'Demo',
  },
  revoked: {
    title: (connection: string) => `Kommo ya no da acceso a Stagepost: ${connection}`,
    refused: 'Kommo rechaza el acceso que se había concedido.',
    nothingLost: 'No se pierde nada hasta que un administrador de Kommo vuelva a concederlo.',
    button: 'Autorizar de nuevo',
    onlyAdmins: 'Un administrador de Stagepost puede autorizarlo de nuevo.',
  },
  endingAccess: {
    title: (connection: string) => `El acceso a Kommo vence pronto: ${connection}`,
    toConnections: 'Ir a Conexiones',
  },
  states: {
    loading: 'Cargando …',
    failed: 'No se pudo cargar esta página.',
    again: 'Reintentar',
    stale: (ago: string) => `Sin actualizar: Stagepost no responde desde ${ago}. Reintentando.`,
    notFoundTitle: 'Página no encontrada',
    notFound: 'La dirección no es correcta, o el registro se eliminó al terminar el plazo de conservación.',
    toNow: 'Ir al resumen',
    broken:
      'Algo falló en esta página. Conviene recargarla; si vuelve a ocurrir, la consola del navegador muestra los detalles.',
  },
  signIn: {
    title: 'Iniciar sesión',
    demo: 'Entrar en la demo',
    demoHint:
      'Kommo y Customer.io se simulan en este equipo, así que no hace falta contraseña. La sesión terminó porque se cerró o porque la demo se inició de nuevo.',
    name: 'Nombre',
    password: 'Contraseña',
    button: 'Iniciar sesión',
    firstTime:
      '¿Primera vez? Si aún no existe ningún usuario, Stagepost muestra al arrancar un enlace de un solo uso. Al abrirlo se eligen nombre y contraseña.',
  },
  setup: {
    title: 'Bienvenida a Stagepost',
    lead: 'Elegir cómo iniciar sesión a partir de ahora.',
    name: 'Nombre',
    nameHint: 'Con una invitación, dejarlo vacío: el nombre ya está definido.',
    password: 'Contraseña',
    passwordHint:
      'Al menos 10 caracteres. Varias palabras protegen más que los símbolos; no se admiten contraseñas comunes ni el propio nombre.',
    again: 'Repetir la contraseña',
    differs: 'Las contraseñas no coinciden.',
    button: 'Empezar',
    noLink: 'El enlace está incompleto. Hay que copiar la dirección entera, también lo que sigue a #.',
  },
  now: {
    title: 'Resumen',
    health: 'Estado',
    good: 'Todo va bien.',
    goodDetail: 'Está comprobado que ambos lados funcionan. Nada requiere atención.',
    needs: (count: number) => plural(count, 'problema requiere atención', 'problemas requieren atención'),
    warnings: (count: number) => `Funciona, con ${plural(count, 'punto')} por revisar`,
    unfinished: (missing: number, all: number) =>
      `La configuración no está terminada: faltan ${number(missing)} de ${plural(all, 'paso')}`,
    steps: 'Pasos de la configuración',
    done: 'Hecho',
    left: 'Pendiente',
    provenBy: (by: string) => `Comprobado por ${by}`,
    since: 'Empezó',
    notNow: 'Ahora no.',
    lastWorked: 'Funcionó por última vez',
    lightLabels: { unknown: 'Sin comprobar', warning: 'Aviso', broken: 'Problema' },
    pageLinks: {
      connections: 'Ver las comprobaciones',
      failures: 'Ver los problemas',
      held: 'Ver los leads retenidos',
      rules: 'Ver las reglas',
      activity: 'Ver la actividad',
    },
    signingKey: 'Clave de firma',
    proofLabels: { proven: 'comprobada', unproven: 'aún sin comprobar', broken: 'se rechazan los informes' },
    starting: 'Stagepost está arrancando.',
    webhook: 'Último webhook',
    logRead: 'Última lectura del registro de Kommo',
    changes: 'Cambios de etapa',
    polled: (seconds: number) => `se leen del registro de Kommo cada ${seconds} s`,
    call: 'Última llamada correcta',
    badCall: 'Última llamada fallida',
    access: 'Acceso',
    hook: 'Webhook',
    delivery: 'Entrega',
    waiting: 'Pendientes de envío',
    oldest: 'El más antiguo espera desde',
    budget: 'Llamadas en el último minuto',
    ofBudget: (used: number, most: number) => `${number(used)} de ${number(most)}`,
    never: 'ninguno aún',
    nothing: 'nada',
    elsewhere: 'a cargo de otro proceso',
    accessLabels: { good: 'aceptado', refused: 'rechazado', unknown: 'aún sin probar' },
    hookLabels: { good: 'registrado, sin llamadas aún', arrives: 'llega', unknown: 'sin llamadas aún' },
    hookItemLabels: {
      kommo_webhook_missing: 'falta',
      kommo_webhook_disabled: 'desactivado por Kommo',
      kommo_webhook_elsewhere: 'apunta a otra dirección',
      kommo_webhook_wrong_secret: 'tiene otro secreto',
      kommo_webhook_lacks_events: 'le faltan eventos',
      kommo_webhook_silent: 'no llega',
    } as Record<string, string>,
    laneLabels: {
      open: 'en marcha',
      waiting: 'en espera',
      held: 'detenida',
      stopped: 'no está a cargo de este proceso',
    },
    planning: 'Procesamiento',
    plan: 'eventos por procesar',
    today: 'Hoy',
    moves: 'leads movidos',
    sent: 'eventos enviados',
    reports: 'informes de Customer.io',
    failures: 'fallos',
    watches: 'temporizadores de inactividad en marcha',
    repaired: 'cambios de etapa perdidos y recuperados',
    parked: 'informes sin cliente asociado',
    hints: {
      moves: 'Leads que entraron en una etapa',
      sent: 'Eventos que Customer.io aceptó; cada uno inicia su campaña',
      reports: 'Aperturas, clics, bajas, etc.',
      failures: 'Acciones que fallaron y no se reintentarán automáticamente',
      watches: 'Clientes de los que se espera una señal',
      repaired: 'Cambios de etapa que ningún webhook comunicó y que se encontraron en el registro de Kommo',
      parked: 'Informes sobre personas que aún no tienen un lead',
    },
    catchingUp: 'Las cifras aún se están calculando a partir del historial guardado.',
    charts: 'Evolución',
    range: 'Periodo mostrado',
    chartOut: 'De Kommo a Customer.io',
    chartBack: 'De Customer.io a Kommo',
    chartFailures: 'Fallos',
    chartEmpty: 'Nada en este periodo.',
    chartSummary: (title: string, sums: string) => `${title}: ${sums}`,
  },
  activity: {
    title: 'Actividad',
    find: 'Número de lead o correo',
    deal: (id: number) => `lead ${id}`,
    findHint: 'p. ej. 30000012 o ann@acme.com',
    direction: 'Sentido',
    kind: 'Qué',
    outcome: 'Resultado',
    period: 'Periodo',
    any: 'Todos',
    clear: 'Quitar los filtros',
    remove: 'Quitar este filtro',
    from: 'desde',
    to: 'hasta',
    live: 'En directo',
    paused: 'En pausa',
    pause: 'Pausar',
    goOn: 'Reanudar',
    reconnecting: 'Sin conexión; reconectando',
    past: 'Se muestra un periodo pasado',
    waitingRows: (count: number) => `Mostrar ${plural(count, 'fila nueva', 'filas nuevas')}`,
    empty: 'Aún no ha pasado nada.',
    emptyHint: 'Al mover en Kommo un lead a una etapa con regla, aparece aquí en un segundo.',
    noMatch: 'Nada coincide con estos filtros.',
    older: 'Mostrar anteriores',
    searched: 'Se buscó hasta',
    end: 'Fin de la lista.',
    shown: (count: number) => plural(count, 'fila mostrada', 'filas mostradas'),
    repaired: 'recuperado',
    repairedHint:
      'Ningún webhook comunicó este cambio de etapa; Stagepost lo encontró en el registro de Kommo',
    periods: {
      '1h': 'Última hora',
      '24h': 'Últimas 24 horas',
      '7d': 'Últimos 7 días',
      '30d': 'Últimos 30 días',
      own: 'Periodo propio',
    },
  },
  trace: {
    back: 'Actividad',
    happened: 'Ocurrió',
    outcome: 'Resultado',
    came: (side: string, id: number) => `${side} envió el webhook ${id}`,
    noWebhook:
      'Ningún webhook comunicó este cambio de etapa. Stagepost lo encontró en el registro de eventos de Kommo.',
    clockCame: 'Un temporizador de inactividad llegó a su fin.',
    noRequest: 'El webhook se eliminó al terminar el plazo de conservación.',
    body: 'Cuerpo',
    headers: 'Cabeceras',
    removed: 'Eliminado al terminar el plazo de conservación.',
    decision: 'Decisión',
    rule: 'Regla',
    noRule: 'Nada que hacer',
    /** Rules that have no stage or report to be named after. */
    rules: {
      consent: 'bajas indicadas en Kommo',
      'person.attributes': 'mantener los atributos al día',
    } as Record<string, string>,
    byVersion: (version: number) => `Reglas, versión ${version}`,
    parked: 'En espera',
    notYet: 'Aún sin procesar',
    waitsForSide: (side: string) => `Espera hasta que ${side} vuelva a funcionar; no se pierde nada.`,
    nothingToSend: 'Nada que enviar.',
    payload: 'Datos de la petición',
    attempts: 'Llamadas',
    noAnswer: 'sin respuesta',
    took: (ms: number) => `${number(ms)} ms`,
    curl: 'Copiar como curl',
    copied: 'Copiado',
    replay: 'Reintentar …',
    inKommo: 'Lead en Kommo',
    inCustomerio: 'Persona en Customer.io',
    about: (what: string) => `Todo sobre ${what}`,
    aboutDeal: (id: number) => `Todo sobre el lead ${id}`,
    aboutNamed: (name: string, id: number) => `Todo sobre ${name} (lead ${id})`,
    sameReport: 'el mismo, comunicado otra vez',
    waitsFor: 'Espera a la acción anterior',
    nextTry: 'Próximo intento',
    made: 'ID en Kommo',
    states: {
      waiting: 'en espera',
      ready: 'por enviar',
      sending: 'enviando',
      done: 'hecho',
      dead: 'con fallo',
      dropped: 'no hace falta',
    },
    notSent: 'no enviado',
  },
  subject: {
    title: 'Buscar un cliente',
    answer: 'En breve',
    seeEvent: 'Ver detalles',
    person: 'Persona',
    never: 'Aún no se ha enviado nada a Customer.io sobre esta persona.',
    noAttributes: 'Sin atributos.',
    history: 'Lo que Stagepost ha anotado en Kommo',
    watches: 'Temporizadores de inactividad',
    watch: (start: string, unless: string) => `Desde ${start}, hasta ${unless}`,
    runsOut: 'vence',
    started: 'empezó',
    ended: 'terminó',
    watchLabels: { running: 'en marcha', stopped: 'detenido: el cliente reaccionó', fired: 'vencido' },
    timeline: 'Cronología, en ambos sentidos',
    noTimeline: 'No hay eventos guardados.',
    emails: 'Correos',
    email: (subject: string | null) => (subject === null ? 'Correo sin asunto' : `Correo “${subject}”`),
    emailTo: (recipient: string) => `para ${recipient}`,
    probably: 'probablemente',
    probablyHint:
      'Customer.io no indica qué etapa inició este correo. Esta es la última antes de que se enviara.',
    older: 'Ver eventos anteriores en Actividad',
    updated: 'Actualizado',
    deal: (id: number) => `Lead ${id}`,
    setBy: 'por',
    notWritten: 'aún no escrito en Kommo',
  },
  replay: {
    title: 'Reintentar',
    planning: 'Comprobando qué haría …',
    head: (count: number) =>
      `Se ${count === 1 ? 'volverá' : 'volverán'} a enviar ${plural(count, 'acción', 'acciones')}.`,
    nothing: 'No hay nada que se pueda reintentar.',
    alongside: (count: number) =>
      `${number(count)} de ellas se ${count === 1 ? 'incluye' : 'incluyen'} por su relación con una seleccionada: una depende de la otra.`,
    side: (side: string, what: string, calls: number) => `${side}: ${what}, en ${plural(calls, 'llamada')}`,
    least: (time: string) => `Tarda al menos ${time}. Los nuevos cambios de etapa tienen prioridad.`,
    old: (count: number) =>
      `${plural(count, 'evento tiene', 'eventos tienen')} más de 72 horas: Customer.io los guarda, pero no inicia ninguna campaña.`,
    unsure: (count: number) =>
      `Kommo no respondió a ${plural(count, 'nota o tarea', 'notas y tareas')}. Stagepost consulta antes a Kommo, así que nada se escribe dos veces.`,
    blockedRemoved: (count: number) =>
      `${number(count)} no se ${count === 1 ? 'puede' : 'pueden'} reintentar: el contenido se eliminó al terminar el plazo de conservación.`,
    blockedDiscarded: (count: number) =>
      `${number(count)} no se ${count === 1 ? 'puede' : 'pueden'} reintentar: se descartó una acción anterior.`,
    start: (count: number) => `Reintentar ${number(count)}`,
    cancel: 'Cancelar',
    stop: 'Detener',
    stopping: 'Deteniendo …',
    close: 'Cerrar',
    closeWindow: 'Cerrar esta ventana',
    stays: 'Mantener abierta esta ventana hasta que termine.',
    delivered: (count: number, total: number) => `Entregadas: ${number(count)} de ${number(total)}`,
    refused: (count: number) => `Con nuevo fallo: ${number(count)}`,
    dropped: (count: number) => `Ya no hacen falta: ${number(count)}`,
    tryingAgain: (count: number) => `Con fallo y reintento automático: ${number(count)}`,
    takenByOthers: (count: number) => `Ya reintentadas o descartadas por otra persona: ${number(count)}`,
    left: (count: number) => `Sin cambios: ${number(count)}`,
    onTheWay: (count: number) => `En curso: ${number(count)}`,
    stopped: 'Detenido:',
    done: 'Listo.',
    label: 'Avance del reintento',
  },
  discard: {
    title: 'Descartar',
    lead: (count: number) =>
      `${plural(count, 'acción no se enviará', 'acciones no se enviarán')} nunca, como tampoco las que dependen de ${count === 1 ? 'ella' : 'ellas'}.`,
    why: 'Motivo',
    whyHint: 'Se guarda con cada acción y en el registro de auditoría. Por ejemplo: “se eliminó el lead”.',
    button: (count: number) => `Descartar ${number(count)}`,
    done: (count: number) => plural(count, 'acción descartada.', 'acciones descartadas.'),
  },
  people: {
    title: 'Usuarios y tokens',
    onlyAdmins: 'Solo los administradores gestionan usuarios y tokens.',
    users: 'Usuarios',
    name: 'Nombre',
    role: 'Rol',
    seen: 'Última visita',
    never: 'nunca',
    invited: 'con invitación, sin contraseña aún',
    add: 'Añadir',
    addUser: 'Añadir un usuario',
    addToken: 'Crear un token',
    newLink: 'Nuevo enlace de acceso',
    linkOpen: 'el enlace de acceso vence',
    takeBack: 'Anular el enlace',
    connections: 'Conexiones',
    allConnections: 'Todas las conexiones',
    noConnection: 'ninguna',
    differs: 'varía',
    noAccess: 'sin acceso',
    roleFor: (connection: string) => `Rol en ${connection}`,
    save: 'Guardar',
    remove: 'Quitar',
    actions: 'Acciones',
    sureUser: (name: string) => `La sesión de ${name} se cerrará de inmediato y no podrá volver a iniciarse.`,
    sureToken: (name: string) => `Los scripts que usan el token “${name}” dejarán de funcionar de inmediato.`,
    linkFor: (name: string) => `Enlace para enviar a ${name}. Sirve una sola vez y no se volverá a mostrar:`,
    secretOf: (name: string) => `Token “${name}”. No se volverá a mostrar:`,
    copy: 'Copiar',
    roles: {
      viewer: 'solo lectura',
      editor: 'edita reglas, reintenta o descarta fallos, ejecuta comprobaciones',
      admin: 'corrige la configuración y gestiona usuarios',
    },
    tokens: 'Tokens para scripts',
    tokensHint:
      'Un script envía: Authorization: Bearer TOKEN. Un token no puede hacer más que el usuario que lo creó, y termina con él.',
    ends: 'Vence',
    endsAfter: { 30: 'en 30 días', 90: 'en 90 días', 365: 'en un año', never: 'nunca' },
    unused: 'sin uso desde hace 90 días',
    managesPeople: 'puede gestionar usuarios y tokens',
    maker: {
      commands: 'por un comando en el servidor',
      unknown: 'por alguien que ya no es usuario: conviene reemplazarlo',
    },
    noTokens: 'Ninguno aún.',
    made: 'Creado',
    by: 'por',
    used: 'Último uso',
    audit: 'Registro de auditoría',
    noAudit: 'Nada aún.',
    when: 'Cuándo',
    who: 'Quién',
    what: 'Qué',
    more: 'Mostrar anteriores',
    kinds: {
      user: 'usuario',
      token: 'token',
      folder: 'en el servidor',
      nobody: 'sin sesión',
      system: 'automático',
    } as Record<string, string>,
    times: (count: number) => plural(count, 'vez', 'veces'),
    whats: {
      sign_in: 'inició sesión',
      sign_in_refused: 'no logró iniciar sesión',
      sign_in_delayed: 'intentó iniciar sesión demasiadas veces',
      sign_out: 'cerró sesión',
      token_refused: 'usó un token incorrecto',
      request_refused: 'recibió un rechazo',
      link_ended: 'anuló un enlace de acceso',
      checks_run: 'ejecutó las comprobaciones',
      webhook_tested: 'envió un webhook de prueba',
      password_set: 'eligió una contraseña',
      replay: 'reintentó',
      discard: 'descartó',
      user_added: 'añadió un usuario',
      user_removed: 'quitó un usuario',
      role_changed: 'cambió el rol de un usuario',
      link_made: 'creó un enlace de acceso',
      token_added: 'creó un token',
      token_removed: 'quitó un token',
      mended: 'aplicó una corrección',
      setup_begun: 'empezó una conexión',
      setup_changed: 'respondió a un paso de una conexión nueva',
      setup_deleted: 'eliminó una conexión sin terminar',
      setup_finished: 'terminó una conexión',
      rules_published: 'publicó reglas',
      rules_tried: 'probó reglas con un lead o evento',
      test_sent: 'se envió una prueba de una regla',
      test_case_saved: 'guardó un caso de prueba de las reglas',
      test_case_changed: 'cambió un caso de prueba de las reglas',
      test_case_deleted: 'eliminó un caso de prueba de las reglas',
      alert_tested: 'probó una alerta',
      alert_muted: 'silenció alertas',
      alert_unmuted: 'reactivó alertas',
    } as Record<string, string>,
  },
  watches: {
    title: 'Temporizadores de inactividad',
    lead: 'Clientes de los que se espera una señal; primero el plazo más próximo.',
    toRules: 'Ver qué ocurre al vencer el plazo',
    none: 'No hay temporizadores de inactividad en marcha.',
    noneHint:
      'Un temporizador empieza cuando un lead entra en una etapa cuyo evento tiene una regla de inactividad.',
    more: 'Mostrar más',
    started: 'Iniciado por',
    stops: 'Detenido por',
    runsOut: 'Vence',
  },
  connections: {
    title: 'Conexiones',
    lead: 'Una conexión une una cuenta de Kommo con un espacio de trabajo de Customer.io. Aquí se ve si ambas cuentas están bien configuradas y cómo corregir lo que no lo esté.',
    add: 'Añadir una conexión',
    health: 'Lo que funciona, comprobado',
    running: 'Comprobando ambas cuentas. Tarda unos segundos …',
    never: 'Sin comprobar desde que arrancó Stagepost.',
    checked: 'Comprobado',
    check: 'Comprobar',
    checkAgain: 'Comprobar de nuevo',
    good: 'Las comprobaciones no encontraron problemas.',
    unproven: (todo: string) => `aún sin comprobar. ${todo}`,
    failures: (failures: number, warnings: number) =>
      warnings === 0
        ? `Las comprobaciones encontraron ${plural(failures, 'fallo')}.`
        : `Las comprobaciones encontraron ${plural(failures, 'fallo')} y ${plural(warnings, 'aviso')}.`,
    warnings: (warnings: number) => `Las comprobaciones encontraron ${plural(warnings, 'aviso')}.`,
    elsewhere:
      'Otro proceso de Stagepost lleva esta conexión, y solo ese proceso puede llamar a su cuenta de Kommo, así que las comprobaciones se ejecutan allí. Detrás de un balanceador de carga, recargar esta página hasta llegar a él. En la línea de comandos: stagepost doctor',
    mend: 'Corregir',
    mendDoes: (does: string) => `Stagepost: ${does}.`,
    adminCan: (does: string) => `Un administrador puede aplicar esta corrección. Stagepost: ${does}.`,
    needsPublicUrl:
      'Stagepost puede registrar el webhook cuando conozca su dirección pública: arrancarlo con --public-url https://your-host o definir STAGEPOST_PUBLIC_URL.',
    byHand: 'A mano:',
    test: (side: string) => `Probar el webhook de ${side}`,
    testHint: (publicUrl: string | null) =>
      `Envía un webhook de prueba inofensivo a ${publicUrl ?? 'la dirección de este equipo'}. No afecta a ningún lead ni contacto.`,
    stored: 'Webhook guardado',
    checkLabels: {
      'kommo account': 'Cuenta y token',
      'kommo rights': 'Permisos del token',
      'kommo names': 'Embudos, etapas y campos que usan las reglas',
      'kommo fields': 'Campos del lead que rellenan las reacciones',
      'kommo webhook': 'Webhook de Kommo',
      'customer.io track': 'Clave de envío',
      'customer.io signing key': 'Clave de firma',
      'customer.io app key': 'Clave de la App API',
      'customer.io phones': 'Números de teléfono',
      'customer.io ids': 'ID de las personas',
      'customer.io email events': 'Correos y los eventos que los inician',
      'customer.io reports': 'Webhook de informes',
      'customer.io campaigns': 'Campañas que inician los eventos',
    } as Record<string, string>,
    statusLabels: { ok: 'OK', warning: 'aviso', failure: 'fallo', skipped: 'sin comprobar' },
    stateLabels: { good: 'OK', bad: 'con fallo', waiting: 'por saber' },
  },
  rules: {
    /** The note that is written when a rule has none of its own. */
    defaultNote: "Event '{{ event }}' sent to Customer.io for {{ person }}",
    title: 'Reglas',
    pipelines: 'Etapas que inician campañas',
    stage: 'Etapa en Kommo',
    event: 'Evento en Customer.io',
    data: 'Datos del evento',
    note: 'Nota en el lead',
    onDeal: 'En el lead',
    skipsUnmailable: 'Nada para clientes que no pueden recibir correo',
    onlyIf: (condition: string) => `Solo si: ${condition}`,
    goesOut: (time: string) => `Envío: ${time}`,
    once: { deal: 'Una vez por lead', person: 'Una vez por cliente' },
    noRule: 'sin regla',
    allStages: 'Todas las etapas',
    read: 'Embudos leídos de Kommo',
    notRead: 'Aún no se han leído los embudos de Kommo. Estas son las etapas que mencionan las reglas.',
    person: 'Atributos que se envían a Customer.io',
    identifyBy: {
      email: 'Las personas se identifican por su correo.',
      contact_id: 'Las personas se identifican por el ID de su contacto en Kommo.',
    },
    contacts: {
      main: 'Solo el contacto principal de un lead recibe correos.',
      all: 'Todos los contactos de un lead reciben correos.',
    },
    reportDeal: {
      last_changed:
        'Si un cliente tiene varios leads abiertos, las notas y tareas van al que cambió en último lugar.',
      all: 'Si un cliente tiene varios leads abiertos, las notas van a todos y la tarea a uno.',
    } as Record<string, string>,
    reportDealIn: (pipeline: string) =>
      `Si un cliente tiene varios leads abiertos, las notas y tareas van primero a uno de ${pipeline}.`,
    attribute: 'Atributo',
    from: 'Valor',
    reactions: 'Reacciones en Kommo',
    report: 'Cuando Customer.io comunica',
    does: 'Hacer esto en Kommo',
    times: 'Frecuencia',
    first: 'solo la primera vez',
    every: 'cada vez',
    machines: 'cuentan las aperturas automáticas',
    noMachines: 'no cuentan las aperturas automáticas',
    noteText: 'Nota',
    taskText: 'Tarea',
    fieldText: 'Campo',
    addTagsText: 'Añadir etiquetas',
    removeTagsText: 'Quitar etiquetas',
    due: (time: string) => `vence en ${time}`,
    inactivity: 'Inactividad',
    inactivitySummary: (start: string, after: string, unless: string) =>
      `${after} después de ${start} sin ${unless}:`,
    sends: 'enviar el evento',
    noInactivity: 'Sin reglas de inactividad.',
    noReactions: 'Sin reacciones.',
    noStageRules: 'Ninguna etapa tiene regla.',
    skip: (time: string) => `Los cambios de etapa de hace más de ${time} no inician campañas.`,
    choose: 'Elegir una conexión para ver sus reglas.',
    edit: 'Editar reglas',
    goOn: 'Seguir con el borrador',
    versions: 'Versiones',
    runs: (version: number) => `La versión ${version} está activa.`,
    viewer: 'Para editar reglas hace falta el rol de editor.',
  },
};

const sideLabels: Record<Side, string> = { kommo: 'Kommo', customerio: 'Customer.io' };

const roleLabels: Record<Role, string> = { viewer: 'lector', editor: 'editor', admin: 'administrador' };

const outcomeLabels: Record<Outcome, string> = {
  open: 'en curso',
  done: 'hecho',
  failed: 'con fallo',
  nothing: 'nada que hacer',
  parked: 'cliente aún no encontrado',
  waiting: 'a la espera de un cliente',
  held: 'retenido: muchos leads a la vez',
};

/** A client who gets no email, in a word or two. */
const mailStateLabels: Record<MailState, string> = {
  mailable: 'puede recibir correo',
  unsubscribed: 'dado de baja',
  complained: 'marcado como spam',
  bounced: 'rebotado',
  suppressed: 'suprimido',
  no_address: 'sin correo',
};

/** The two halves of a report's name: the object that the report is about, and what happened to it. */
const reportObjects: Record<string, string> = {
  customer: 'cliente',
  email: 'correo',
  in_app: 'mensaje en la app',
  push: 'mensaje push',
  slack: 'mensaje de Slack',
  sms: 'SMS',
  whatsapp: 'mensaje de WhatsApp',
  webhook: 'mensaje de webhook',
};

const reportMetrics: Record<string, string> = {
  drafted: 'en borrador',
  attempted: 'con intento de envío',
  sent: 'enviado',
  delivered: 'entregado',
  opened: 'abierto',
  clicked: 'con clic en un enlace',
  converted: 'con conversión',
  bounced: 'rebotado',
  dropped: 'no enviado',
  deferred: 'aplazado',
  spammed: 'marcado como spam',
  failed: 'con fallo',
  undeliverable: 'imposible de entregar',
  replied: 'respondido',
  subscribed: 'suscrito',
  unsubscribed: 'dado de baja',
  cio_subscription_preferences_changed: 'con preferencias de suscripción cambiadas',
};

const directionLabels: Record<Direction, string> = {
  to_customerio: 'De Kommo a Customer.io',
  to_kommo: 'De Customer.io a Kommo',
  clock: 'Temporizador de inactividad',
};

const kindLabels: Record<EventKind, string> = {
  deal_moved: 'Lead movido',
  deal_listed: 'Lead de una carga',
  deal_changed: 'Lead cambiado',
  deal_deleted: 'Lead eliminado',
  deal_restored: 'Lead restaurado',
  contact_changed: 'Contacto cambiado',
  contact_deleted: 'Contacto eliminado',
  contact_restored: 'Contacto restaurado',
  contact_merged: 'Contactos fusionados',
  mail_report: 'Informe de Customer.io',
  inactivity: 'Inactividad',
};

const rangeLabels: Record<Range, string> = {
  '1h': '1 hora',
  '24h': '24 horas',
  '7d': '7 días',
  '30d': '30 días',
};

/** The metrics of the charts, for a count of one and for others. */
const metricLabels: Partial<Record<Metric, { one: string; many: string }>> = {
  moves: { one: 'lead movido', many: 'leads movidos' },
  sent: { one: 'evento enviado', many: 'eventos enviados' },
  repaired: { one: 'cambio de etapa recuperado', many: 'cambios de etapa recuperados' },
  reports: { one: 'informe', many: 'informes' },
  notes: { one: 'nota', many: 'notas' },
  tasks: { one: 'tarea', many: 'tareas' },
  fields: { one: 'campo rellenado', many: 'campos rellenados' },
  tags: { one: 'cambio de etiquetas', many: 'cambios de etiquetas' },
  failures: { one: 'fallo', many: 'fallos' },
};

/** The search for clients and deals. */
const searchTexts = {
  title: 'Buscar un cliente o lead',
  open: 'Buscar un cliente',
  label: 'Nombre, empresa, correo, número de lead o enlace de Kommo',
  hint: 'Escribir el comienzo de un nombre, una empresa o un correo, o un número de lead, o pegar el enlace del lead en Kommo.',
  keys: '↑ ↓ para elegir, Intro para abrir',
  results: 'Clientes y leads',
  found: (count: number) => plural(count, 'resultado'),
  deal: (id: number) => `lead ${id}`,
  noDeal: 'sin lead',
  notSent: 'aún no está en Customer.io',
  none: (q: string) => `Ningún cliente o lead coincide con “${q}”.`,
  noneHint:
    'Stagepost conoce a los clientes cuyo lead ha entrado en una etapa desde que se conectó y a los que han recibido correos.',
  failed: 'No se pudo hacer la búsqueda.',
};

/** Why deals were not emailed, as the continuation of a number: "3 unsubscribed". */
const missedLabels: Record<MissedReason, string> = {
  unsubscribed: 'Dado de baja',
  complained: 'Marcó un correo como spam',
  bounced: 'Dirección rebotada',
  suppressed: 'Dirección en una lista de supresión',
  no_address: 'Contacto sin correo',
  no_contact: 'Lead sin contacto',
  gone: 'Lead no encontrado en Kommo',
  no_rule: 'Etapa sin regla',
  condition: 'Condición no cumplida',
  once: 'Ya enviado (una sola vez)',
  repeated: 'Enviado por una carga',
  late: 'Demasiado tarde',
  left: 'Salió de la etapa antes del envío',
  scheduled: 'Programado para después',
  held: 'Retenido, a la espera de decisión',
  discarded: 'Descartado',
  sending: 'En camino a Customer.io',
  failed: 'Con fallo',
  not_delivered: 'Customer.io no pudo enviarlo',
  no_report: 'Sin correo comunicado por Customer.io',
};

/** What to know about a reason, or to do about it. */
const missedHints: Record<MissedReason, string> = {
  unsubscribed: 'Customer.io no envía nada a estos clientes.',
  complained: 'Customer.io no envía nada a estos clientes.',
  bounced: 'Ningún correo llega a la dirección. Hay que corregirla en Kommo.',
  suppressed: 'Customer.io no envía a la dirección hasta que se quite de la lista.',
  no_address: 'Añadir un correo al contacto en Kommo. Los nuevos cambios de etapa lo esperan hasta un día.',
  no_contact: 'Añadir un contacto al lead en Kommo. Los nuevos cambios de etapa lo esperan hasta un día.',
  gone: 'El lead se eliminó, o el token no tiene permiso para verlo.',
  no_rule: 'Entrar en la etapa no inicia ninguna campaña.',
  condition: 'El “if” de la regla de la etapa excluye estos leads.',
  once: 'La regla envía su evento una sola vez por lead o cliente.',
  repeated: 'Una carga ya había enviado el evento de la etapa.',
  late: 'El cambio de etapa era demasiado antiguo cuando Stagepost lo conoció, o el contacto llegó demasiado tarde.',
  left: 'La regla anula su evento si el lead sale antes de la etapa.',
  scheduled: 'La regla tiene una espera u horas de silencio.',
  held: 'Muchísimos leads entraron en la etapa a la vez. Se decide en la página Leads retenidos.',
  discarded: 'Alguien decidió que no se envíe nada.',
  sending: 'Se acepta en segundos, salvo que la entrega esté detenida: ver Sistema.',
  failed: 'Customer.io rechazó el evento, o no se pudo aplicar la regla: ver Problemas.',
  not_delivered: 'Customer.io comunica que el envío falló.',
  no_report:
    'Customer.io aceptó el evento. La campaña puede tener una espera, excluir al cliente o estar detenida.',
};

/** The numbers of a stage, each with what it counts. */
const stepLabels = {
  entered: 'Entradas',
  emailed: 'Con correo',
  opened: 'Abiertos',
  clicked: 'Con clic',
  moved_on: 'Avanzaron',
  missed: 'Sin correo',
};

const overviewTexts = {
  issues: (text: string, first: string | undefined) => (first === undefined ? text : `${text}: ${first}`),
  toSystem: 'Ver Sistema',
  toSteps: 'Ver los pasos',
  pipeline: 'Embudo',
  pipelines: 'Embudos',
  allPipelines: 'Todos los embudos',
  period: 'Periodo',
  periods: { today: 'Hoy', '7d': '7 días', '30d': '30 días', custom: 'Otro' },
  from: 'Desde',
  to: 'Hasta',
  stored: (day: string) => `Los cambios de etapa se guardan desde el ${day}.`,
  stage: 'Etapa',
  funnel: 'Conversión',
  starts: (campaigns: string[]) => `Inicia ${campaigns.map((name) => `“${name}”`).join(', ')}`,
  sends: (event: string) => `Envía ${event}`,
  noRule: 'Sin regla',
  share: (part: number, all: number) => (part === 0 || all === 0 ? '' : percent(part / all)),
  numberLabel: (count: number, step: string, stage: string) =>
    `${number(count)} ${step.toLowerCase()}, ${stage}`,
  legend: { entered: 'entradas', emailed: 'con correo', opened: 'abiertos' },
  inConnection: (pipeline: string, connection: string) => `${pipeline} · ${connection}`,
  moreFunnels: (count: number) =>
    `${plural(count, 'embudo más', 'embudos más')} con menos entradas. Elegir una conexión o un embudo.`,
  missedTitle: 'Movidos sin correo',
  missedNone: 'Todos los leads que entraron en una etapa en este periodo recibieron correo.',
  missedOf: (missed: number, entered: number) => `${number(missed)} de ${plural(entered, 'entrada')}`,
  lossTitle: 'Clientes perdidos en este periodo',
  unsubscribed: 'Dados de baja o que marcaron spam',
  bounced: 'Direcciones rebotadas',
  timesTitle: 'Del cambio de etapa al correo',
  accepted: 'Evento aceptado por Customer.io',
  emailed: 'Correo enviado',
  noTime: 'sin datos',
  lossScope: 'En todos los embudos.',
  timesScope: 'Medianas, en todos los embudos.',
  help: '¿Qué cuentan estas cifras?',
  helpItems: [
    [
      'Entradas',
      'Cambios de etapa hacia esta etapa, también de leads nuevos. Un lead que vuelve cuenta otra vez.',
    ],
    [
      'Con correo',
      'Entradas cuyo evento inició al menos un correo que Customer.io comunicó como enviado o entregado y que no rebotó.',
    ],
    [
      'Abiertos',
      'Entradas con correo en las que una persona abrió un correo o hizo clic en él. Las aperturas automáticas, como las de Apple Mail Privacy, no cuentan.',
    ],
    [
      'Con clic',
      'Entradas con correo en las que una persona hizo clic en un enlace. Los analizadores de enlaces no cuentan.',
    ],
    [
      'Avanzaron',
      'Entradas tras las que la siguiente etapa del lead fue una posterior o una de otro embudo. Los leads perdidos no han avanzado.',
    ],
    [
      'Sin correo',
      'Todas las demás entradas, cada una con un motivo. Las entradas con correo y sin correo suman el total.',
    ],
    [
      'Del cambio de etapa al correo',
      'Medianas de las últimas 500 entradas de cada conexión en este periodo, incluidas las esperas que piden las reglas.',
    ],
  ],
  empty: 'Ningún lead entró en una etapa en este periodo.',
  emptyHint:
    'Al mover en Kommo un lead a una etapa con regla, aparece aquí en segundos. También se puede elegir un periodo más largo.',
  show30: 'Ver 30 días',
  firstHint: 'Al mover en Kommo un lead a una etapa con regla, aparece aquí en segundos.',
  toRules: 'Ver qué etapas tienen regla',
  deals: {
    all: 'Leads que entraron en una etapa',
    titles: {
      entered: 'Leads que entraron en una etapa',
      emailed: 'Leads que recibieron correo',
      opened: 'Leads cuyo cliente abrió un correo',
      clicked: 'Leads cuyo cliente hizo clic en un enlace',
      moved_on: 'Leads que avanzaron',
      missed: 'Leads que no recibieron correo',
    },
    missedFor: (reason: string) => `Sin correo: ${reason}`,
    back: 'Resumen',
    client: 'Cliente',
    deal: 'Lead',
    stage: 'Etapa',
    entered: 'Entrada',
    result: 'Correo',
    emailed: 'Enviado',
    opened: 'Abierto',
    clicked: 'Con clic',
    event: 'Ver qué ocurrió',
    noClient: 'Cliente desconocido',
    more: 'Mostrar más',
    empty: 'Ningún lead coincide.',
    emptyHint: 'Se puede elegir un periodo más largo en el resumen.',
    shown: (count: number) => plural(count, 'lead mostrado', 'leads mostrados'),
    next: 'Siguiente etapa:',
    stillHere: 'Sigue en esta etapa',
  },
  campaigns: {
    title: 'Campañas iniciadas por cambios de etapa',
    campaign: 'Campaña',
    unnamed: (id: string) => `Campaña ${id}`,
    scope:
      '“Con correo” es la parte de las entradas en la etapa; “Abiertos” y “Con clic” son partes de las que recibieron correo. Aquí no cuentan los correos cuyo informe no nombra una campaña.',
  },
  lost: {
    titles: {
      unsubscribed: 'Clientes que se dieron de baja o marcaron un correo como spam',
      bounced: 'Clientes cuya dirección rebotó',
    },
    hints: {
      unsubscribed: 'Customer.io no les envía nada, salvo que se hayan vuelto a suscribir después.',
      bounced: 'Ningún correo llega a estas direcciones. Hay que corregirlas en Kommo.',
    },
    client: 'Cliente',
    deal: 'Lead',
    what: 'Qué pasó',
    since: 'Desde',
    facts: {
      unsubscribed: 'Dado de baja',
      complained: 'Marcó un correo como spam',
      bounced: 'Dirección rebotada',
    },
    noDeal: 'Ningún lead conocido',
    empty: 'Ningún cliente se perdió en este periodo.',
    emptyHint: 'Elegir un periodo más largo para ver más atrás.',
    shown: (count: number) => plural(count, 'cliente mostrado', 'clientes mostrados'),
    numberLabel: (label: string, count: number) => `${label}: ${number(count)}`,
  },
};

const activityTexts = {
  reason: 'Sin correo porque',
  stage: 'Etapa',
  rule: 'Regla',
  campaign: 'Campaña',
  owner: 'Responsable',
  showNothing: 'Mostrar filas sin nada que hacer',
  more: (count: number) => (count === 0 ? 'Más filtros' : `Más filtros (${number(count)})`),
  fewer: 'Menos filtros',
  since: (what: string, when: string) => `${what}: datos desde ${when}.`,
  reasonsSince: 'Motivos sin correo',
  ownersSince: 'Responsables',
  times: (count: number) => `${number(count)}×`,
  timesHint: (count: number) =>
    count === 2 ? 'Comunicado dos veces, cuenta una' : `Comunicado ${number(count)} veces, cuenta una`,
  otherReports: 'Otros informes de este mensaje:',
  hidden: 'Las filas sin nada que hacer están ocultas.',
  toSetup: 'Comprobar las conexiones',
};

/** Texts of the list of clients to call. */
const callTexts = {
  nav: 'Por llamar',
  title: 'A quién llamar',
  lead: 'Leads con una tarea que Stagepost creó en los últimos 7 días, y clientes que hicieron clic en un correo en los últimos 3 días y cuyo lead no se ha movido desde entonces. Kommo sabe qué tareas están completadas.',
  overdue: 'Vencida desde',
  due: 'Vence',
  clicked: 'Clic en un correo',
  why: 'Ver qué ocurrió',
  none: 'Nadie por llamar.',
  noneHint:
    'Un cliente aparece aquí cuando una regla crea una tarea para él o cuando hace clic en un correo.',
  toRules: 'Ver qué reglas crean tareas',
  more: 'Solo se muestran los más recientes. Los demás están en la lista de tareas de Kommo.',
  unknown: 'Cliente desconocido',
};

/** The page of a client or a deal. */
const subjectTexts = {
  deal: (id: number) => `lead ${id}`,
  last: 'Clientes cuyos leads se movieron últimamente',
  deals: 'Leads',
  stage: (stage: string, pipeline: string) => `${stage} (${pipeline})`,
  notRead: 'El nombre y la etapa aparecen cuando el lead vuelva a moverse.',
  mailable: 'Puede recibir correo: sí',
  notMailable: (reason: string) => `Puede recibir correo: no, ${reason}`,
  shows: (field: string) => `Kommo muestra ${field}`,
  isTrue: 'es correcto',
  saysMailable: 'no es correcto: el cliente no puede recibir correo',
  saysNotMailable: 'ya no es correcto: el cliente puede recibir correo',
  notWritten: 'en camino a Kommo',
  details: 'Últimos atributos enviados a Customer.io',
  history: 'Cambios de etapa y correos',
  showAll: (count: number) => `Mostrar todos los eventos (${number(count)} más)`,
  showMain: 'Mostrar solo lo importante',
  runsOut: (exact: string) => `vence: ${exact}`,
};

/** What rules decide about a deal or an event, in sentences. */
const decisionTexts = {
  somebody: 'El cliente',
  event: (who: string, event: string) => `Customer.io recibe el evento ${event} de ${who}.`,
  campaigns: (who: string, campaigns: string[], event: string) =>
    `${who} recibe ${campaigns.length === 1 ? 'la campaña' : 'las campañas'} ${campaigns.map((name) => `“${name}”`).join(' y ')}, que ${campaigns.length === 1 ? 'empieza' : 'empiezan'} con el evento ${event}.`,
  eventWithoutCampaign: (who: string, event: string) =>
    `Customer.io recibe el evento ${event} (${who}), pero ninguna campaña activa empieza con él.`,
  eventWithoutEmail: (who: string, event: string) =>
    `Customer.io recibe el evento ${event}, pero no sale ningún correo. Sin correo: ${who}.`,
  note: (text: string) => `La nota dice: “${text}”`,
  task: (text: string) => `Se crea una tarea: “${text}”`,
  field: (field: string, value: string) => `El campo ${field} pasa a “${value}”.`,
  tags: (changes: string) => `Cambian las etiquetas del lead: ${changes}.`,
  profile: (who: string | null, count: number) =>
    `Se actualiza el perfil en Customer.io${who === null ? '' : ` (${who})`}: ${plural(count, 'atributo')}.`,
  sends: (count: number) =>
    count === 0
      ? 'No se envía nada.'
      : `Se ${count === 1 ? 'enviaría' : 'enviarían'} ${plural(count, 'petición', 'peticiones')}.`,
  ignored: (reason: string) => `No ocurre nada: ${reason}`,
  parked: (reason: string) => `En espera: ${reason}`,
  waiting: (reason: string) => `En espera: ${reason}`,
  noReason: 'sin motivo indicado.',
  requests: (count: number) =>
    count === 0 ? 'Sin peticiones' : `Ver ${plural(count, 'petición', 'peticiones')}`,
};

/** The texts of the page about problems. */
const problemTexts = {
  title: 'Problemas',
  none: 'Sin problemas.',
  noneFailed: 'Nada ha fallado.',
  noneHint:
    'Aquí aparece lo que no se pudo hacer por un cliente: qué falta, por qué, qué hacer primero y a quién afecta. Tras corregir la causa, todo se reintenta con un clic.',
  noneDemo: 'Esto es una demo: se puede causar un problema, repararlo y ver que no se pierde nada.',
  breakSomething: 'Romper algo',
  head: (problems: number, total: number) =>
    `${plural(problems, 'problema')}: ${plural(total, 'acción falló y no se reintentará', 'acciones fallaron y no se reintentarán')} automáticamente.`,
  viewer: 'Para reintentar o descartar hace falta el rol de editor.',
  heldSummary: (name: string, side: string) =>
    `${side} está en pausa para ${name} hasta que alguien corrija la causa.`,
  waitsSummary: (name: string, side: string) =>
    `${side} está en pausa para ${name} y se reanuda automáticamente.`,
  broken: (name: string, side: string) => `Algo falla con ${side} en ${name}.`,
  nextTry: 'Próximo intento',
  since: 'Desde',
  last: 'el último',
  noWords: 'El texto del error se eliminó al terminar el plazo de conservación.',
  todo: 'Qué hacer primero',
  affected: 'Afecta a',
  more: (count: number) => `y ${number(count)} más`,
  details: 'Detalles técnicos',
  error: 'Mensaje de error',
  action: 'Acción',
  actionTo: (what: string, side: string) => `${what} a ${side}`,
  replay: 'Reintentar …',
  discard: 'Descartar …',
  urgency: {
    email: 'Afecta a correos',
    deal: 'Lead incompleto en Kommo',
    none: 'Nada más que corregir',
  } satisfies Record<FailureGroup['urgency'], string>,
  owner: {
    nobody: 'Nadie',
    'its cause': 'Se corrige con su causa',
    operator: 'Quien administra Stagepost',
    'Kommo administrator': 'El administrador de Kommo',
    'author of the rules': 'Quien edita las reglas',
    'sales team': 'El equipo de ventas',
  } as Record<string, string>,
  steps: {
    rule: (name: string) => `Editar “${name}”`,
    rules: 'Editar las reglas',
    field: 'Crear el campo',
    connection: 'Comprobar la conexión',
    connections: 'Ir a Conexiones',
    client: (name: string) => `Ver a ${name}`,
  },
};

/** What waits while a side does not work. */
const waitingTexts = {
  who: (names: string) => `De ${names}.`,
  events: (count: number) => plural(count, 'cambio de etapa o informe', 'cambios de etapa e informes'),
  waits: (what: string, isMore: boolean) => `En espera: ${what}${isMore ? ' y más' : ''}.`,
  kept: 'No se pierde nada: se envía en cuanto la conexión vuelva a funcionar.',
};

/** `Ann, Ben y 3 más`; `Ann y Ben` where these are all. @param total how many there are */
function listNames(names: readonly string[], total: number): string {
  const others = total - names.length;
  const parts = others > 0 ? [...names, `${number(others)} más`] : names;
  if (parts.length < 2) return parts.join('');
  return `${parts.slice(0, -1).join(', ')} y ${parts.at(-1)}`;
}

/** What did not happen, by the kind of the action. */
const notDone: Record<string, (of: Happening) => string> = {
  note: (of) =>
    `No se ${of.count === 1 ? 'escribió' : 'escribieron'} ${plural(of.count, 'nota')} en ${dealsOf(of)}`,
  task: (of) => `No se ${of.count === 1 ? 'creó' : 'crearon'} ${plural(of.count, 'tarea')} en ${dealsOf(of)}`,
  close_task: (of) =>
    `No se ${of.count === 1 ? 'cerró' : 'cerraron'} ${plural(of.count, 'tarea')} en ${dealsOf(of)}`,
  set_field: (of) => `No se rellenó ${fieldOf(of)} en ${dealsOf(of)}`,
  tags: (of) => `No se cambiaron las etiquetas de ${dealsOf(of)}`,
  identify: (of) => `No se actualizó en Customer.io a ${of.who}`,
  track: (of) =>
    `No se ${of.count === 1 ? 'envió' : 'enviaron'} a Customer.io ${plural(of.count, 'evento')} de ${of.who}, así que no empezó ninguna campaña`,
  change_email: (of) => `No se cambió en Customer.io el correo de ${of.who}`,
  merge: (of) => `No se fusionaron en Customer.io los perfiles de ${of.who}`,
  remove_person: (of) => `No se dio de baja ni se eliminó en Customer.io a ${of.who}`,
  lift_suppression: (of) => `No se quitó de la lista de supresión la dirección de ${of.who}`,
};

function otherNotDone({ count, names, side, who }: Happening): string {
  return `${plural(count, names.one, names.many)} de ${who}: sin llegar a ${sideLabels[side]}`;
}

const dealsOf = ({ subjects, who }: Happening) => `${subjects === 1 ? 'el lead' : 'los leads'} de ${who}`;
const fieldOf = ({ field }: Happening) => (field === null ? 'un campo' : `el campo “${field}”`);

/** Why it did not happen. @param text what the rule sets: `la nota de “Demo agendada”` */
const reasons = {
  text_too_long: (text: string) => `${text} supera la longitud que admite Kommo`,
  text_empty: (text: string) => `${text} queda sin contenido en estos leads`,
  value_type_mismatch: (text: string) => `${text} no encaja con el tipo del campo`,
  field_missing: 'el campo no existe en Kommo',
  option_missing: (field: string | null) =>
    `${field === null ? 'la lista' : `la lista “${field}”`} de Kommo no tiene ese valor`,
  choice_unknown: 'falta un campo o un valor en Kommo',
  assignee_unavailable: 'ya no se pueden asignar tareas al usuario responsable',
  tag_refused: (text: string) => `Kommo no acepta ${text}`,
  deal_not_found: 'el lead ya no existe en Kommo',
  identifier_refused: 'Customer.io no acepta el correo o el ID',
  payload_too_large: (text: string) => `${text} supera el tamaño que admite Customer.io`,
  previous_action_failed: 'había fallado un paso anterior',
  attempts_exhausted: (side: string) => `${side} no respondió en tres días`,
  action_unreadable: 'lo guardó una versión más reciente de Stagepost',
  unauthorized: (side: string) => `${side} rechazó la clave`,
  refused: (side: string) => `${side} lo rechazó`,
  refusedOf: (side: string, text: string) => `${side} rechazó ${text}`,
  failed: (side: string) => `${side} no funcionó`,
};

/** What a rule sets, by the kind of the action. */
const ruleParts: Record<string, string> = {
  note: 'la nota',
  task: 'la tarea',
  set_field: 'el valor',
  tags: 'una etiqueta',
  track: 'el contenido del evento',
};
const otherPart = 'el texto';
const wholeRules = 'un valor de las reglas';

const ofRule = {
  stages: (part: string, stage: string) => `${part} de “${stage}”`,
  reactions: (part: string, report: string) => `${part} para “${report}”`,
  inactivity: (part: string, start: string) => `${part} del temporizador de inactividad tras “${start}”`,
} satisfies Record<NonNullable<FailureGroup['rule']>['part'], (part: string, name: string) => string>;

/** What did not happen and why: `1 nota … no se escribió, porque el lead ya no existe.` */
const notDoneBecause = (what: string, why: string) => `${what}, porque ${why}.`;

/** What was not sent because of a problem. */
function alsoNotSent(what: readonly string[], count: number): string {
  return `Por este motivo tampoco se ${count === 1 ? 'envió' : 'enviaron'}: ${listNames(what, what.length)}. El reintento ${count === 1 ? 'lo' : 'los'} incluye.`;
}

/** The texts of the page about held deals. */
const heldTexts = {
  title: 'Leads retenidos',
  lead: 'Muchos leads entraron en una etapa a la vez, como en una importación o una edición masiva. Sus eventos esperan aquí y no empieza ninguna campaña hasta que se decida. Los primeros leads pueden haberse enviado antes de alcanzar el límite.',
  restored:
    'La base de datos se restauró a un estado anterior. Los eventos de estos leads pueden haberse enviado ya. Conviene mirar a las personas en Customer.io: si aparece el evento, no enviar nada.',
  backfill:
    'Una carga encontró estos leads en la etapa y alguien pidió sus eventos: aquí se decide si se envían.',
  none: 'No hay leads retenidos.',
  noneHint:
    'Cuando muchos leads entran en una etapa a la vez, como en una importación o una edición masiva, sus eventos esperan aquí para que nadie escriba por error a cientos de clientes. Después se elige cuáles se envían. El límite habitual es de 100 leads por minuto; se cambia en las reglas.',
  viewer: 'Para decidir hace falta el rol de editor.',
  decided: 'Ya decididos',
  card: (held: number, stage: string) => `${plural(held, 'lead retenido', 'leads retenidos')} en “${stage}”`,
  sendingCard: (stage: string) => `Enviando los leads retenidos en “${stage}”`,
  decidedCard: (deals: number, stage: string) => `${plural(deals, 'lead')} en “${stage}”`,
  growing: 'sigue creciendo',
  growingHint: 'También se retienen los leads que entren en la etapa en los 5 minutos siguientes al último.',
  facts: {
    why: 'Motivo',
    event: 'Evento para Customer.io',
    stage: 'Etapa',
    entered: 'Entrada en la etapa',
    ranOut: 'Vencido',
    movedBy: 'Movido por',
    old: 'Demasiado antiguos',
    examples: 'Ejemplos',
  },
  openInKommo: 'Abrir en Kommo',
  stageOf: (pipeline: string, stage: string) => `${pipeline} / ${stage}`,
  within: (time: string) => `en ${time}, el último`,
  atOnce: 'todos a la vez,',
  movedByUnknown: 'Kommo no lo indica',
  integration: 'una integración',
  user: (id: number) => `usuario ${id}`,
  userDeals: (name: string, deals: number) => `${name} (${number(deals)})`,
  firstThousand: 'de los primeros 1000',
  old: (count: number) =>
    `${plural(count, 'lead entró', 'leads entraron')} en la etapa hace más de 72 horas. Customer.io no inicia campañas con eventos tan antiguos.`,
  sendAll: (count: number) => `Enviar los ${number(count)} …`,
  sendOne: 'Enviar …',
  sendNone: 'No enviar …',
  choose: 'Elegir leads',
  closeChoice: 'Cerrar la lista',
  list: {
    label: 'Leads retenidos para elegir',
    deal: 'Lead',
    entered: 'Entrada en la etapa',
    movedBy: 'Movido por',
    pick: (deal: number) => `Elegir el lead ${deal}`,
    pickPage: 'Elegir todos los de esta página',
    pages: 'Páginas de la lista',
    previous: 'Anterior',
    next: 'Siguiente',
    page: (page: number) => `Página ${number(page)}`,
    chosen: (count: number, all: number) => `Elegidos: ${number(count)} de ${number(all)}`,
    chooseAll: (count: number) => `Elegir los ${number(count)}`,
    clear: 'No elegir ninguno',
    send: (count: number) => `Enviar ${number(count)} …`,
    discard: (count: number) => `No enviar ${number(count)} …`,
    empty: 'Aquí ya no hay nada retenido.',
  },
  send: {
    title: 'Enviar leads retenidos',
    head: (count: number, event: string) =>
      `Customer.io recibe “${event}” para ${count === 1 ? 'el cliente de 1 lead' : `los clientes de ${number(count)} leads`}.`,
    campaigns: 'Las campañas que empiezan con este evento pueden enviarles correos.',
    undone: 'Una vez enviado, no se puede deshacer.',
    order: 'Los leads que cambien de etapa entretanto tienen prioridad.',
    contact: 'Un lead sin contacto con correo espera a tener uno.',
    rest: (count: number) => plural(count, 'lead más sigue retenido.', 'leads más siguen retenidos.'),
    time: 'Hora de estos eventos',
    keep: (count: number) =>
      `Conservar la hora del cambio de etapa: ${plural(count, 'lead sigue retenido', 'leads siguen retenidos')}`,
    now: 'Usar la hora del envío: las campañas empiezan para todos',
    button: (count: number) => `Enviar ${number(count)}`,
    nothing: 'No se envió nada: estos leads ya no están retenidos. Quizá decidió otra persona.',
  },
  discard: {
    title: 'No enviar nada',
    lead: (count: number, event: string) =>
      `“${event}” no se enviará nunca para ${plural(count, 'lead')}. En Kommo, los leads quedan como están.`,
    whyHint:
      'Se guarda con cada lead y en el registro de auditoría. Por ejemplo: “importación de clientes antiguos”.',
    button: (count: number) => `No enviar ${number(count)}`,
    nothing: 'Nada ha cambiado: estos leads ya no están retenidos. Quizá decidió otra persona.',
  },
  progress: {
    label: 'Avance del envío',
    sent: (done: number, all: number) => `Enviados: ${number(done)} de ${number(all)}`,
    sending: (count: number) => `Enviando: ${number(count)}`,
    waiting: (count: number) => `${plural(count, 'espera', 'esperan')} un contacto con correo`,
    failed: (count: number) => `${number(count)} con fallo`,
    seeFailures: 'Ver los problemas',
    ended: (count: number) =>
      `${plural(count, 'lead no necesitó', 'leads no necesitaron')} evento, por ejemplo porque se eliminó o no tiene un cliente al que escribir`,
  },
  decisions: {
    label: 'Decisiones',
    somebody: 'Alguien',
    sent: (who: string, count: number) => `${who} envió ${plural(count, 'lead')}`,
    withNow: 'con la hora del envío',
    discarded: (who: string, count: number) => `${who} decidió no enviar ${plural(count, 'lead')}`,
    gone: (count: number) =>
      count === 1
        ? '1 lead ya no está retenido, por ejemplo porque se eliminó o avanzó'
        : `${number(count)} leads ya no están retenidos, por ejemplo porque se eliminaron o avanzaron`,
  },
  withOthers: (others: number) =>
    others === 0 ? 'Retenido para decidir' : `Retenido junto con ${plural(others, 'lead más', 'leads más')}`,
  decide: 'Ver los leads retenidos',
};

type BackfillOutcome = keyof Backfill['counts']['deals'];

/** The texts of the page that brings existing clients to Customer.io. */
const backfillTexts = {
  title: 'Clientes existentes',
  lead: 'Las reglas de etapas solo ven los leads que se mueven. Aquí se llevan a Customer.io los clientes de leads que ya están en Kommo, con sus atributos. No empieza ninguna campaña y no se envía nada antes de confirmar el plan.',
  viewer: 'Para planificar o empezar hace falta el rol de editor.',
  form: {
    title: 'Qué leads',
    stages: 'Embudos o etapas',
    stagesHint: 'Vacío: todos',
    created: 'Creados',
    changed: 'Último cambio',
    anyTime: 'Cualquier fecha',
    ages: [
      { value: '30', label: 'En los últimos 30 días' },
      { value: '90', label: 'En los últimos 90 días' },
      { value: '365', label: 'En el último año' },
      { value: '1095', label: 'En los últimos 3 años' },
    ],
    owner: 'Responsable',
    ownerHint: 'Nombre o correo',
    field: 'Campo del lead',
    value: 'tiene el valor',
    hasEmail: 'Omitir leads sin correo',
    plan: 'Ver el plan',
  },
  wholePipeline: (pipeline: string) => `${pipeline}: todas las etapas`,
  states: {
    planning: 'Leyendo leads para el plan …',
    planned: 'Planificada. No se ha enviado nada.',
    running: 'En marcha',
    paused: 'En pausa',
    stopped: 'Detenida',
    done: 'Terminada',
    failed: 'Con fallo',
  } satisfies Record<Backfill['state'], string>,
  connectionPaused: 'En espera: la conexión está en pausa',
  allDeals: 'Todos los leads',
  conditions: (conditions: string[]) => `Leads ${conditions.join(', ')}`,
  card: (id: number) => `Carga ${id}`,
  estimate: (read: number) => `Estimación a partir de ${plural(read, 'lead')}.`,
  exact: 'Se leyeron todos los leads: estas cifras son exactas.',
  facts: {
    deals: 'Leads',
    profiles: 'Perfiles nuevos',
    updates: 'Perfiles actualizados',
    calls: 'Llamadas a la API',
    time: 'Tiempo',
  },
  about: (isExact: boolean, text: string) => (isExact ? text : `aprox. ${text}`),
  profiles: (count: number, workspace: number | null) =>
    workspace === null
      ? `hasta ${number(count)}`
      : `hasta ${number(count)}; el espacio de trabajo tiene ${number(workspace)} ahora`,
  calls: (kommo: number, customerio: number) =>
    `${number(kommo)} a Kommo, ${number(customerio)} a Customer.io`,
  timeAtLeast: (text: string) => `${text} o más; los cambios en curso siempre tienen prioridad`,
  outcomesTitle: 'Qué ocurre con los leads',
  outcomes: {
    new: 'Cliente añadido',
    updated: 'Cliente actualizado',
    unchanged: 'Cliente ya al día',
    no_contact: 'Fuera: sin contacto',
    contact_unread: 'Fuera: Kommo no muestra el contacto',
    no_email: 'Fuera: sin correo',
    invalid_email: 'Fuera: sin correo válido',
    opted_out: 'Fuera: dado de baja',
    shared_address: 'Fuera: otro contacto tiene el mismo correo',
    duplicate: 'Fuera: los valores del cliente vienen de otro lead',
    deleted: 'Fuera: eliminado en Kommo',
    not_planned: 'Fuera: no se pudo procesar',
    passed_over: 'Omitido: sin correo',
  } satisfies Record<BackfillOutcome, string>,
  example: 'p. ej.',
  deal: (id: number) => `lead ${id}`,
  download: 'Descargar quién queda fuera (CSV)',
  eventsTitle: 'Campañas',
  eventsLead:
    'Ninguna campaña empieza por sí sola. Para los clientes con leads en una de estas etapas se puede preparar también el evento de la etapa. Espera en Leads retenidos hasta que se decida allí.',
  eventOf: (title: string, event: string, deals: number) =>
    `${title}: “${event}” para ${plural(deals, 'lead')}`,
  start: (people: number, isExact: boolean) =>
    `Enviar ${isExact ? '' : 'aprox. '}${plural(people, 'persona')} a Customer.io`,
  startSure: (people: number, stages: number) =>
    `Se ${people === 1 ? 'añadirá o actualizará' : 'añadirán o actualizarán'} ${plural(people, 'perfil', 'perfiles')}. ${
      stages === 0
        ? 'No se envía ningún evento.'
        : `Los eventos de ${plural(stages, 'etapa')} se preparan y quedan retenidos.`
    }`,
  pause: 'Pausar',
  resume: 'Reanudar',
  stop: 'Detener',
  stopSure: 'Lo enviado queda en Customer.io. El resto no se envía.',
  discard: 'Descartar el plan',
  progress: (done: number, total: number) => `${number(done)} de ${plural(total, 'lead')}`,
  progressLabel: 'Avance',
  rate: (perSecond: number) => `${number(Math.max(1, Math.round(perSecond)))} por segundo`,
  left: (text: string) => `tiempo restante aprox.: ${text}`,
  held: (title: string) => `Los eventos de ${title} esperan una decisión.`,
  seeHeld: 'Ver los leads retenidos',
  before: 'Anteriores',
  span(seconds: number): string {
    if (seconds < 90) return plural(Math.max(1, Math.ceil(seconds)), 'segundo');
    const minutes = Math.ceil(seconds / 60);
    return minutes < 100 ? plural(minutes, 'minuto') : plural(Math.ceil(minutes / 60), 'hora');
  },
};

/** The texts of the rules editor. */
const ruleTexts = {
  edit: {
    title: 'Editar reglas',
    viewer: 'Para editar reglas hace falta el rol de editor. Lo concede un administrador.',
    refused: 'Estas reglas no se pueden editar aquí.',
    toRules: 'Ver las reglas',
    views: {
      form: 'Formulario',
      text: 'Texto',
      try: 'Probar',
      compare: 'Comparar',
      cases: 'Casos de prueba',
    },
    unreadable: 'El texto no es válido. Al corregirlo en “Texto” vuelve el formulario.',
  },
  bar: {
    publish: 'Publicar …',
    discard: 'Descartar borrador …',
    sureDiscard: 'Se perderán todos los cambios de este borrador. Las reglas activas quedan como están.',
    discardNow: 'Descartar borrador',
    checking: 'Comprobando …',
    notChecked: 'No se pudo comprobar el borrador, así que no se puede publicar.',
    problems: (count: number) => `Para publicar hay que corregir ${plural(count, 'error', 'errores')}.`,
    warnings: (count: number) => plural(count, 'aviso'),
    behind: (version: number) => `La versión ${version} es más reciente: ver el aviso de esta página.`,
    same: 'Sin cambios. Nada se activa hasta que se publique.',
    ready: (count: number) =>
      count === 0
        ? 'Solo cambian el formato o los comentarios. Sin publicar.'
        : `${plural(count, 'cambio sin publicar', 'cambios sin publicar')}. El borrador se conserva en esta pestaña del navegador.`,
  },
  notices: {
    behindTitle: (version: number) => `Se publicó la versión ${version} durante la edición.`,
    behind: (version: number, basedOn: number) =>
      `El borrador parte de ${basedOn === 0 ? 'las reglas anteriores' : `la versión ${basedOn}`} y se ha conservado. Conviene ver antes qué cambió en la versión ${version}: al sobrescribirla, el borrador reemplaza todos sus cambios.`,
    catchUp: (version: number) => `Sobrescribir la versión ${version} con el borrador`,
    seeOther: 'Ver qué cambió',
  },
  leave: {
    title: '¿Salir del borrador?',
    lead: 'No está publicado. Se puede conservar en esta pestaña del navegador o descartar.',
    forget: 'Descartarlo',
    keep: 'Salir y conservarlo',
    stay: 'Seguir en esta página',
  },
  places: {
    rules: 'Reglas',
    person: 'Persona',
    clock: (nth: number) => `Temporizador ${nth}`,
    keys: {
      event: 'evento',
      data: 'datos',
      note: 'nota',
      task: 'tarea',
      text: 'texto',
      due: 'vencimiento',
      field: 'campo',
      tags: 'etiquetas',
      add: 'etiquetas que añadir',
      remove: 'etiquetas que quitar',
      attributes: 'atributo',
      identify_by: 'identificación',
      id_prefix: 'prefijo de los ID de contacto',
      merge: 'fusión de perfiles',
      when_email_removed: 'correos eliminados',
      when_contact_deleted: 'contactos eliminados',
      contacts: 'contactos',
      deal: 'lead de los informes',
      start: 'inicio',
      after: 'tiempo',
      unless: 'detenido por',
      pipeline: 'embudo',
      stage: 'etapa',
      repeat: 'frecuencia',
      machine_opens: 'aperturas automáticas',
      unmailable_clients: 'clientes que no pueden recibir correo',
      once: 'frecuencia',
      if: 'condición',
      delay: 'espera antes del envío',
      quiet_hours: 'horas de silencio',
      when_left: 'leads que salen de la etapa',
      stop_when: 'también se detiene si',
      skip_moves_after: 'cambios de etapa tardíos',
      wait_for_contact: 'espera de un contacto',
      bulk_guard: 'muchos leads a la vez',
      deals: 'leads',
      within: 'tiempo',
      consent: 'bajas indicadas en Kommo',
      from_crm: 'interruptor',
      contact_field: 'casilla del contacto',
      topics: 'temas',
      opt_in_from_crm: 'retirar bajas',
    } as Record<string, string>,
  },
  item: { problems: (count: number) => plural(count, 'error', 'errores') },
  rows: {
    add: 'Añadir una línea',
    valueHint: 'p. ej. deal.price',
    nameless: 'Escribir un nombre o quitar la línea.',
    twice: 'Este nombre ya se usa.',
    nth: (what: string, nth: number) => `${what} ${nth}`,
    valueOf: (name: string) => `Valor de ${name}`,
    remove: (name: string) => `Quitar ${name}`,
  },
  liquid: {
    insert: 'Insertar un valor …',
    insertInto: (label: string) => `Insertar un valor: ${label}`,
    nothingFound: 'Sin resultados',
    names: {
      event: 'el nombre del evento',
      person: 'el correo o ID de la persona',
      subject: 'el asunto del correo',
      campaign_name: 'el nombre de la campaña',
      newsletter_name: 'el nombre del boletín',
      broadcast_name: 'el nombre del envío masivo',
      message_name: 'el nombre del mensaje en su campaña',
      preferences_url: 'enlace a la página de preferencias del cliente, válido 24 horas',
    } as Record<string, string>,
  },
  stages: {
    lead: 'Cuando un lead entra en una etapa con regla, Stagepost envía el evento a Customer.io, que inicia la campaña.',
    add: 'Añadir una regla',
    addTo: (stage: string) => `Añadir una regla: ${stage}`,
    remove: 'Quitar esta regla',
    eventHint: 'El evento que inicia la campaña en Customer.io, p. ej. demo_scheduled.',
    dataHint:
      'Disponibles en la campaña, p. ej. {{ event.plan }}. Un valor es una ruta como deal.price, un número o una plantilla Liquid.',
    dataName: 'Nombre en Customer.io',
    noteHint:
      'Se escribe cuando Customer.io ha aceptado el evento. Admite Liquid. Vacío: “Event … sent to Customer.io for …”.',
    delay: 'Espera antes del envío',
    delayHint: 'P. ej. 2h o 3d, como máximo 5d. Vacío: de inmediato.',
    quiet: 'Horas de silencio',
    quietForAll: 'Horas de silencio de todas las etapas',
    quietHint:
      'En estas horas no sale ningún evento; sale cuando terminan. En la zona horaria de la cuenta de Kommo.',
    quietStageHint: 'P. ej. 21:00-08:00, u off. Vacío: como en todas las etapas.',
    whenLeft: 'Si el lead sale antes de la etapa',
    whenLeftHint: 'Solo si el evento espera.',
    whenLeftLabels: { drop: 'no enviar nada', send: 'enviarlo igualmente' },
    once: 'Frecuencia',
    onceHint: 'Para leads que vuelven a entrar en la etapa y clientes con varios leads.',
    onceLabels: {
      '': 'cada vez que un lead entra en la etapa',
      deal: 'una vez por lead',
      person: 'una vez por cliente',
    },
    unmailable: 'Clientes que no pueden recibir correo',
    unmailableHint: 'Dados de baja, marcados como spam, rebotados o sin dirección.',
    unmailableLabels: {
      send: 'enviar el evento; la nota dice que no sale ningún correo',
      skip: 'no enviar nada ni escribir nota',
    },
    lost: 'Reglas de etapas que no existen en Kommo',
    lostHint:
      'La etapa cambió de nombre o se quitó en Kommo. Hay que elegir otra etapa para la regla o quitar la regla.',
    giveStage: 'Elegir otra etapa',
    giveStageHint: 'Elegir una etapa',
    otherPipelines: (names: string[]) => `${plural(names.length, 'embudo')} sin regla: ${names.join(', ')}`,
    skip: 'Ignorar cambios de etapa de hace más de',
    skipHint: 'P. ej. 24h. Vacío: 72h, el máximo de Customer.io.',
    wait: 'Esperar un contacto con correo durante',
    waitHint: 'Algunos leads reciben su contacto más tarde. P. ej. 2h, como máximo 72h, u off. Vacío: 24h.',
  },
  guard: {
    label: 'Muchos leads a la vez',
    hint: 'Si entran a la vez en una etapa más leads que estos, como en una importación, sus eventos esperan una decisión en la página “Leads retenidos”.',
    usual: 'retener a partir de 100 leads por minuto (habitual)',
    asForAll: 'como en todas las etapas',
    kinds: { own: 'retener a partir de otro límite', off: 'no retener nunca' },
    deals: 'Más leads que',
    within: 'En',
  },
  person: {
    identifyBy: 'Las personas se identifican por',
    identifyByHint: 'Cambiarlo crea personas duplicadas en Customer.io.',
    identifyByLabels: { email: 'correo', contact_id: 'el ID del contacto en Kommo' },
    idPrefix: 'Prefijo de los ID de contacto',
    idPrefixHint: 'P. ej. kommo-, si el producto usa números como ID en Customer.io. Vacío: ninguno.',
    idPrefixUnused: 'No tiene efecto, porque las personas se identifican por su correo. Dejarlo vacío.',
    merge: 'Cuando dos perfiles son una persona',
    mergeHint:
      'Cambió el correo de un contacto, o se fusionaron contactos en Kommo. Una fusión no se puede deshacer.',
    mergeLabels: { on: 'fusionarlos en Customer.io', off: 'conservar ambos' },
    emailRemoved: 'Cuando se elimina un correo en Kommo',
    emailRemovedHint: 'Quizá lo pidió el cliente.',
    emailRemovedLabels: {
      clear: 'eliminarlo en Customer.io',
      keep: 'conservarlo, con un aviso',
      unsubscribe: 'dar de baja a la persona',
    },
    contactDeleted: 'Cuando se elimina un contacto en Kommo',
    contactDeletedHint: 'Diez minutos después, salvo que el contacto se fusione o se restaure.',
    contactDeletedLabels: {
      keep: 'conservar a la persona en Customer.io',
      unsubscribe: 'dar de baja a la persona',
      delete: 'eliminar a la persona en Customer.io',
    },
    contacts: 'Contactos que reciben correo',
    contactsHint: 'A quién se identifica y quién recibe el evento.',
    contactsLabels: { main: 'solo el contacto principal', all: 'todos los contactos' },
    deal: 'Si un cliente tiene varios leads abiertos',
    dealHint: 'Dónde van las notas y tareas sobre sus correos. Los estados se ven en todos.',
    dealLabels: {
      last_changed: 'el que cambió en último lugar',
      all: 'notas en todos, la tarea en uno',
    },
    dealInPipeline: (pipeline: string) => `uno de ${pipeline}, si lo hay`,
    attributes: 'Atributos',
    attributesHint:
      'Se mantienen al día cuando cambian el lead y el contacto. El nombre en Customer.io y su valor: una ruta, un número o una plantilla Liquid.',
  },
  reactions: {
    lead: 'Lo que Stagepost hace en el lead cuando Customer.io comunica algo sobre su cliente.',
    add: 'Añadir una reacción a',
    addHint: 'p. ej. email_clicked',
    remove: 'Quitar esta reacción',
    nothingYet: 'aún no hace nada',
    noteHint: 'Admite Liquid, p. ej. {{ subject }} para el asunto del correo. Vacío: sin nota.',
    fields: 'Campos del lead que rellenar',
    fieldsHint:
      'Si el campo ya tiene este valor, se omite la reacción entera, con su nota, etiquetas y tarea.',
    field: 'Campo en Kommo',
    fieldValue: 'Texto que escribir',
    repeat: 'Frecuencia',
    repeatHint: 'Se cuenta por correo y tipo de informe.',
    repeatLabels: { first: 'solo la primera vez', every: 'cada vez' },
    machines: 'Aperturas y clics automáticos',
    machinesHint:
      'Apple Mail Privacy Protection, Gmail y los analizadores de enlaces abren los correos antes que las personas.',
    machinesLabels: { ignore: 'ignorar', count: 'contar como los de una persona' },
  },
  conditions: {
    title: 'Solo si',
    hint: 'Lo que debe cumplir el lead al entrar en la etapa. Sin condición, cuentan todos los leads.',
    unreadable: 'El formulario no puede mostrar esta condición. Se edita en el texto de las reglas.',
    add: 'Añadir una condición',
    addGroup: 'Añadir un grupo',
    inGroup: (label: string, place: string) => `${label} al grupo ${place}`,
    group: (place: string) => `Grupo ${place}`,
    removeGroup: (place: string) => `Quitar el grupo ${place}`,
    mode: (place: string) =>
      place === '' ? 'Cómo se combinan las condiciones' : `Grupo ${place}: cómo se combinan sus condiciones`,
    modes: {
      all: 'Se cumplen todas',
      any: 'Se cumple al menos una',
      none: 'No se cumple ninguna',
      not_all: 'No se cumplen todas',
    },
    value: (place: string) => `Condición ${place}: valor`,
    test: (place: string) => `Condición ${place}: comparación`,
    wanted: (place: string) => `Condición ${place}: comparada con`,
    remove: (place: string) => `Quitar la condición ${place}`,
    listHint: 'Pro, Business',
    tests: {
      equals: 'es',
      one_of: 'es uno de',
      contains: 'contiene',
      at_least: 'es al menos',
      at_most: 'es como máximo',
      empty: 'tiene un valor:',
    },
    empty: { yes: 'no, está vacío', no: 'sí' },
  },
  tags: {
    add: 'Etiquetas que añadir',
    addHint: 'Se crean las etiquetas que aún no existen en Kommo.',
    remove: 'Etiquetas que quitar',
    removeHint: 'Las demás etiquetas del lead se conservan.',
    placeholder: 'Escribir una etiqueta y pulsar Intro',
  },
  task: {
    make: 'Crear una tarea',
    makeHint: 'Asignada al usuario responsable del lead.',
    text: 'Texto de la tarea',
    textHint: 'Admite Liquid.',
    due: 'Vence en',
    dueHint: 'P. ej. 2d o 4h. Vacío: 1d. Los días enteros vencen al final del día.',
  },
  clocks: {
    lead: 'Iniciar un temporizador cuando un lead entra en una etapa. Si el cliente no reacciona a tiempo, se envía un evento de seguimiento.',
    add: 'Añadir un temporizador',
    remove: 'Quitar este temporizador',
    start: 'Empieza con',
    startHint: 'Un evento que envía una etapa.',
    after: 'Espera',
    afterHint: 'P. ej. 5 days, 36 hours o 90m.',
    unless: 'Detenido por',
    unlessHint:
      'Los informes que cuentan como reacción; any_engagement es cualquier apertura, clic, conversión o respuesta.',
    event: 'Después envía el evento',
    eventHint: 'A Customer.io, sobre la misma persona.',
    stopWhen: 'También se detiene si',
    stopWhenHint: 'Un lead eliminado lo detiene siempre.',
    stopWhenLabels: {
      won: 'se gana el lead',
      lost: 'se pierde el lead',
      stage_left: 'el lead ha salido de la etapa',
      unsubscribed: 'el cliente se da de baja',
      bounced: 'rebota la dirección del cliente',
    },
    unmailable: 'Clientes que no pueden recibir correo',
    unmailableHint: 'Dados de baja, marcados como spam o rebotados.',
    unmailableLabels: {
      keep: 'mantener el temporizador; la tarea explica por qué no hubo correo',
      stop: 'detener el temporizador y no iniciar ninguno',
    },
  },
  text: {
    lead: 'El mismo borrador en el formato de stagepost.yaml. Los cambios de aquí aparecen en el formulario, y al revés.',
    label: 'Reglas como texto (YAML)',
    line: (line: number) => `Línea ${number(line)}`,
  },
  try: {
    lead: 'Ver qué le ocurre a un cliente con las reglas activas y con el borrador. No se envía ni se guarda nada.',
    kind: 'Probar con',
    deal: 'Un lead',
    event: 'Un evento reciente',
    whichDeal: 'Lead',
    noDeal: 'Elegir un lead.',
    toStage: 'Como si pasara a',
    toStageHint: 'Elegir una etapa',
    noStage: 'Elegir una etapa.',
    whichEvent: 'Evento',
    whichEventHint: 'Elegir un evento',
    button: 'Mostrar',
    looking: 'Comprobando …',
    wrong: 'El borrador tiene errores. Hasta que se corrijan, solo se muestran las reglas activas.',
    untouched: 'Aún no hay cambios, así que solo se muestran las reglas activas.',
    same: 'El borrador hace lo mismo.',
    result: 'Qué ocurriría',
  },
  decision: {
    now: 'Reglas activas',
    draft: 'Borrador',
    byRule: (rule: string) => `Regla: ${rule}`,
    nth: (nth: number, title: string) => `${nth}. ${title}`,
    problem: (problem: string) => `Esta petición fallaría: ${problem}`,
    requestsOf: (side: string) => `Peticiones: ${side}`,
    afterPrevious: 'cuando se acepte la anterior',
  },
  compare: {
    lead: (events: number) =>
      `Pasa los últimos ${number(events)} eventos por el borrador y por las reglas activas, y muestra las diferencias. No se envía nada.`,
    button: (events: number) => `Comparar con los últimos ${number(events)} eventos`,
    untouched: 'Nada que comparar: aún no hay cambios.',
    result: 'Qué habría sido distinto',
    head: (looked: number, different: number) =>
      different === 0
        ? `${plural(looked, 'evento comparado', 'eventos comparados')}: ninguno habría sido distinto.`
        : `${plural(looked, 'evento comparado', 'eventos comparados')}: ${plural(different, 'habría sido distinto', 'habrían sido distintos')}.`,
    shown: (count: number) =>
      count === 1 ? 'Se muestra el más reciente.' : `Se muestran los ${number(count)} más recientes.`,
    unknown: (count: number) =>
      `${plural(count, 'evento no se pudo comparar', 'eventos no se pudieron comparar')}: el lead o la persona ya no se pueden leer.`,
    otherContents: (request: string) => `Contenido distinto: ${request}`,
  },
  renamed: {
    timers: (count: number, from: string) =>
      `${plural(count, 'temporizador empieza', 'temporizadores empiezan')} con «${from}», que ahora ninguna etapa envía.`,
    running: 'Los temporizadores que ya corren tras el evento anterior no harán nada al terminar.',
    campaigns: (names: string[], from: string) =>
      `${names.map((name) => `«${name}»`).join(', ')} en Customer.io aún ${names.length === 1 ? 'espera' : 'esperan'} «${from}».`,
    rename: (count: number, to: string) => `Que ${count === 1 ? 'empiece' : 'empiecen'} con «${to}»`,
  },
  effects: {
    title: 'Lo que ya existe',
    stage: (deals: number, stage: string, isNew: boolean) =>
      `${plural(deals, 'lead está', 'leads están')} ahora en “${stage}”. No ${deals === 1 ? 'recibe' : 'reciben'} nada: la regla ${isNew ? 'nueva' : 'cambiada'} vale para el próximo lead que entre en la etapa.`,
    waiting: (count: number) =>
      `${plural(count, 'cambio de etapa espera', 'cambios de etapa esperan')} (un contacto, su hora o una decisión). ${count === 1 ? 'Sigue' : 'Siguen'} las reglas nuevas.`,
    running: (count: number, start: string) =>
      `${plural(count, 'temporizador', 'temporizadores')} en marcha tras “${start}”.`,
    timer: {
      removed: 'Al vencer no hacen nada, porque se quitó su regla.',
      length: 'Conservan su final; la nueva duración vale para los temporizadores que empiecen desde ahora.',
      stops: 'Los detienen los mismos informes que antes.',
      outcome: 'Lo que hacen al vencer sigue la regla nueva.',
    } satisfies Record<PublishEffects['timers'][number]['changes'][number], string>,
  },
  publish: {
    title: 'Publicar el borrador',
    changes: 'Qué cambia',
    noChanges: 'Nada cambia para leads y personas; solo difieren el formato o los comentarios.',
    note: 'Motivo (opcional)',
    noteHint: 'Se guarda con la versión y en el registro de auditoría.',
    when: 'Vale para los eventos nuevos. Lo ya procesado queda como está.',
    button: 'Publicar',
    done: (version: number) => `La versión ${version} está activa.`,
    toRules: 'Ver las reglas',
    conflictDraft: 'El borrador se ha conservado. Al cerrar esta ventana se ve qué cambió.',
  },
  effect: {
    title: '¿Ha cambiado algo?',
    stages: 'Etapas antes y después',
    version: 'Versión',
    stage: 'Etapa',
    sentence: (span: string, after: EffectCounts, before: EffectCounts) =>
      `Desde la publicación (${span}), ${number(after.emailed)} de ${plural(after.entered, 'cambio de etapa', 'cambios de etapa')} dieron lugar a un correo y ${number(after.opened)} de esos correos se abrieron. En el mismo tiempo anterior: ${number(before.emailed)} de ${number(before.entered)}, y ${number(before.opened)} abiertos.`,
    before: (count: string) => `antes: ${count}`,
    share: (count: string, share: number) => `${count} (${percent(share)})`,
    hint: 'Leads que entraron en una etapa con regla después de publicar la versión, hasta la versión siguiente y como máximo 30 días, junto al mismo tiempo anterior. Los correos de las últimas horas todavía pueden abrirse.',
    none: (span: string) =>
      `Ningún lead entró en una etapa con regla desde la publicación (${span}) ni en el mismo tiempo anterior.`,
  },
  versions: {
    title: 'Versiones de las reglas',
    toRules: 'Ver las reglas activas',
    none: 'Aún no se ha publicado nada.',
    noneHint: 'La primera versión aparece cuando alguien edita las reglas y las publica.',
    viewer: 'Para restaurar una versión hace falta el rol de editor.',
    version: (version: number) => `Versión ${version}`,
    runs: 'activa',
    by: (name: string) => `por ${name}`,
    restored: (version: number) => `Restaurada de la versión ${version}`,
    noNote: 'sin motivo indicado',
    compare: 'Comparar',
    compareOne: (version: number) => `Comparar la versión ${version} con la más reciente`,
    restore: 'Restaurar …',
    restoreOne: (version: number) => `Restaurar la versión ${version}`,
    restoreTitle: (version: number) => `Restaurar la versión ${version}`,
    restoreNow: (version: number) => `Restaurar la versión ${version}`,
    conflict: 'Cerrar esta ventana y revisar antes la versión más reciente.',
    difference: 'Comparar dos versiones',
    from: 'De',
    to: 'A',
    nothing: 'Nada (antes de la versión 1)',
    sameText: 'Las versiones son idénticas.',
    onlyText: 'Solo difieren el formato o los comentarios; leads y personas se tratan igual.',
    equalLines: (count: number) => `… ${plural(count, 'línea sin cambios', 'líneas sin cambios')}`,
  },
};

/** The texts about the campaigns that events start. */
const coverageTexts = {
  column: 'Campaña que inicia',
  running: 'activa',
  draft: 'borrador',
  stopped: 'detenida',
  none: 'Sin campaña',
  noRunning: 'Sin campaña activa',
  notKnown: 'por saber',
  more: (count: number) => `y ${number(count)} más`,
  opensCustomerio: (name: string) => `${name} (abre Customer.io)`,
  title: 'Campañas en Customer.io',
  good: 'Cada evento inicia una campaña activa.',
  missing: (count: number) =>
    count === 1
      ? 'Un evento no inicia ninguna campaña activa.'
      : `${number(count)} eventos no inician ninguna campaña activa.`,
  read: 'Campañas leídas',
  notRead: 'Aún no se han leído las campañas.',
  failed: 'No se pudieron leer las campañas de Customer.io:',
  check: 'Comprobar de nuevo',
  open: 'Abrir las campañas en Customer.io',
  others: (count: number) =>
    count === 1
      ? '1 evento que inicia campañas, pero que ninguna regla envía'
      : `${number(count)} eventos que inician campañas, pero que ninguna regla envía`,
  othersHint:
    'Pueden enviarlos otros sistemas: la app, el sitio web. Solo falta algo si se espera un correo aquí.',
  moreOthers: (count: number) => `Sin mostrar: ${number(count)} más.`,
  onPublishHint: 'Se puede publicar igualmente e iniciar la campaña más tarde.',
};

/** The live preview of rules, and the deals that they are tried on. */
const previewTexts = {
  title: 'Vista previa con el lead de',
  lead: 'Debajo de cada texto se ve cómo queda para este lead. No se envía ni se escribe nada.',
  hasNone: 'Ningún lead ha cambiado de etapa aún. Al buscar uno por nombre se ve cómo queda cada texto.',
  dealHint: 'Escribir un nombre, una empresa o un número de lead',
  searching: 'Buscando …',
  noDeal: 'Ningún lead coincide.',
  number: (id: string) => `lead ${id}`,
  failed: (reason: string) => `No se puede mostrar la vista previa. ${reason}`,
  outcome: 'Queda así',
  empty: '(vacío en este lead)',
  example: 'con valores de ejemplo, porque aún no ha llegado ningún informe así',
};

/** "Send it to me": the event of a rule for a test person. */
const sendTexts = {
  title: 'Enviármelo',
  lead: (deal: string) =>
    `Envía este evento con los datos de ${deal} a una persona de prueba en Customer.io, para recibir el correo real de la campaña. Solo llega a la dirección de abajo, y no se escribe nada en Kommo.`,
  limits:
    'Las condiciones, la espera, las horas de silencio y «una sola vez» de la regla no se aplican. Los filtros, las esperas y los objetivos de la campaña sí.',
  address: 'Tu correo electrónico',
  addressHint:
    'Uno que no tenga ningún cliente. Con un perfil en Customer.io se puede añadir una etiqueta: tu+stagepost@…',
  button: 'Enviar la prueba',
  noDeal: 'Elige arriba un lead para enviar sus datos.',
  wrong: 'Corrige primero los errores del borrador.',
  sent: (event: string, to: string) => `Customer.io ha aceptado ${event} para ${to}.`,
  campaigns: (names: string[]) =>
    names.length === 1
      ? `Inicia la campaña «${names[0]}».`
      : `Inicia las campañas ${names.map((name) => `«${name}»`).join(', ')}.`,
  noCampaign: 'Ninguna campaña activa empieza con este evento, así que no llegará ningún correo.',
  unknown: 'Stagepost no sabe qué campañas empiezan con él: para eso hace falta una clave de la App API.',
  what: 'Ver lo que se envió',
  person: (id: string) => `Perfil en Customer.io: ${id}`,
  attributes: 'Atributos',
  data: 'Datos del evento',
};

/** Test cases of rules. */
const caseTexts = {
  lead: 'Eventos reales cuyo resultado debe quedar como está. Pasan por el borrador aquí, y otra vez antes de publicar.',
  none: 'Aún no hay casos de prueba.',
  noneHint:
    'Probar las reglas con un lead o un evento en “Probar” y guardar el resultado como caso de prueba.',
  save: 'Guardar como caso de prueba',
  saveHint:
    'Guarda el evento, los datos del cliente tal como están ahora y lo que hacen las reglas activas. Los datos se conservan hasta que se elimine el caso de prueba, o el lead o su contacto en Kommo.',
  name: 'Nombre',
  nameHint: 'p. ej. Lead perdido de un cliente dado de baja',
  saved: (name: string) => `“${name}” se ha guardado. Está en “Casos de prueba”.`,
  head: (all: number, others: number) => {
    if (others === 0)
      return all === 1 ? 'El caso de prueba se cumple.' : `Se cumplen los ${number(all)} casos de prueba.`;
    return `${number(others)} de ${plural(all, 'caso de prueba', 'casos de prueba')} no ${others === 1 ? 'da' : 'dan'} el resultado esperado.`;
  },
  judging: 'Ejecutando los casos de prueba …',
  results: { same: 'se cumple', different: 'difiere', unknown: 'no se puede juzgar' },
  unknown:
    'Estas reglas necesitan datos que este caso de prueba no contiene, o lo guardó otra versión de Stagepost. Hay que eliminarlo y guardar el evento de nuevo.',
  by: (name: string) => `guardado por ${name}`,
  expected: 'Esperado',
  actual: 'Borrador',
  rename: 'Cambiar nombre',
  renameOne: (name: string) => `Cambiar el nombre de “${name}”`,
  renameTo: 'Nombre nuevo',
  delete: 'Eliminar …',
  deleteOne: (name: string) => `Eliminar “${name}”`,
  sureDelete: 'Se eliminan el caso de prueba y sus datos.',
  deleteNow: 'Eliminar',
  accept: 'Esperar esto desde ahora',
  acceptOne: (name: string) => `Esperar esto desde ahora: “${name}”`,
  tooMany: 'Los 20 primeros que difieren muestran en qué.',
  acceptAll: 'Publicar aunque haya casos de prueba que difieren',
  acceptAllHint: 'Entonces el motivo de abajo es obligatorio y queda en el registro de auditoría.',
  reason: 'Motivo',
};

/** The texts about connections as a whole. */
const connectionTexts = {
  source: { file: 'en el archivo de configuración', console: 'se gestiona aquí' } satisfies Record<
    ShownConnection['source'],
    string
  >,
  sourceHint: {
    file: 'Se cambia en stagepost.yaml, y después se reinicia Stagepost.',
    console: 'Se cambia aquí, sin reiniciar.',
  } satisfies Record<ShownConnection['source'], string>,
  workspace: (id: number | null) => (id === null ? 'Customer.io' : `Espacio de trabajo ${id} de Customer.io`),
  polled: (seconds: number) =>
    `Los cambios de etapa se leen del registro de Kommo cada ${seconds} segundos, así que las campañas empiezan en ${seconds} segundos como máximo.`,
  useWebhooks: 'Usar webhooks',
  useWebhooksHint:
    'Si el plan de Kommo ya incluye webhooks, las campañas empiezan en segundos. Al cambiar no se pierde nada.',
  pausedSince: 'En pausa',
  sharesKommo: (others: string[]) =>
    `${others.join(', ')} ${others.length === 1 ? 'tiene' : 'tienen'} la misma cuenta de Kommo. Cada una trata cada cambio de etapa: el doble de notas, tareas y correos.`,
  sharesWorkspace: (others: string[]) =>
    `${others.join(', ')} ${others.length === 1 ? 'envía' : 'envían'} al mismo espacio de trabajo de Customer.io. Allí, un cliente de ambas es una sola persona, y una baja vale para ambas.`,
  pause: 'Pausar',
  resume: 'Reanudar',
  remove: 'Quitar',
  download: 'Descargar como archivo',
  label: (action: string, connection: string) => `${action}: ${connection}`,
  titles: {
    pause: (connection: string) => `¿Pausar ${connection}?`,
    resume: (connection: string) => `¿Reanudar ${connection}?`,
    remove: (connection: string) => `¿Quitar ${connection}?`,
  },
  keys: {
    button: 'Cambiar las claves',
    title: (connection: string) => `Cambiar las claves de ${connection}`,
    lead: 'Escribir lo que sea nuevo. Primero se comprueba con la cuenta; hasta entonces se sigue usando lo guardado.',
    inputs: {
      token: 'Token de larga duración de Kommo',
      site_id: 'Site ID',
      api_key: 'Clave de la Tracking API',
      app_key: 'Clave de la App API',
      signing_key: 'Clave de firma',
    },
    oauth: 'El acceso a Kommo se concedió en la ventana de Kommo y no necesita ninguna clave aquí.',
    checking: 'Comprobando …',
    save: 'Comprobar y guardar',
  },
  cancel: 'Cancelar',
  find: 'Buscar una conexión',
  none: 'Ninguna conexión tiene este nombre.',
  more: (shown: number, all: number) =>
    `${number(shown)} de ${number(all)} conexiones. Escribir un nombre para encontrar otras.`,
  all: 'Todas las conexiones',
  unreadable: {
    title: 'Conexiones que no se pueden leer',
    lead: 'Están en la base de datos y no se pierde nada: Kommo y Customer.io repiten los webhooks de una conexión que no está en marcha.',
    stopped: (connection: string) => `${connection} no está en marcha`,
    changed: (connection: string) => `${connection} sigue como antes de su último cambio`,
  },
};

/** The texts of the wizard that makes a connection. */
const setupTexts = {
  title: 'Conectar Kommo y Customer.io',
  titleOf: (name: string) => `Conectar ${name}`,
  steps: 'Pasos',
  stepDone: 'hecho',
  stepLabels: { kommo: 'Kommo', customerio: 'Customer.io', rules: 'Reglas', finish: 'Final' },
  back: 'Atrás',
  check: 'Comprobar',
  checkAgain: 'Comprobar de nuevo',
  continue: 'Continuar',
  needed: (what: string) => `Aún falta: ${what}`,
  copy: (what: string) => `Copiar ${what}`,
  open: 'Abrir la página',
  levelLabels: { good: 'OK', note: 'Nota', warning: 'Aviso', problem: 'Problema' },
  onlyAdmins: 'Solo un administrador puede añadir una conexión',
  onlyAdminsHint:
    'Una conexión contiene claves de ambas cuentas. Se puede pedir a un administrador que la añada; después aparece aquí por sí sola.',
  gone: 'No hay ninguna configuración con este nombre',
  goneHint: 'Se terminó o se eliminó, quizá en otra ventana.',
  toConnections: 'Ver las conexiones',
  toStart: 'Añadir una conexión',

  start: {
    lead: 'Los leads que se mueven en Kommo inician campañas en Customer.io, y las aperturas, los clics y las bajas aparecen en los leads. Conectar ambos lleva unos diez minutos.',
    needs: 'Qué hace falta',
    needList: [
      'Una cuenta de Kommo con permisos de administrador',
      'Un espacio de trabajo de Customer.io con acceso a las claves de API',
    ],
    isSafe: 'Nada se pone en marcha antes del último paso, y se puede salir y volver en cualquier momento.',
    url: 'Dirección de la cuenta de Kommo',
    urlHint: 'Tal como aparece en el navegador con la sesión de Kommo iniciada.',
    name: 'Nombre de la conexión',
    nameHint:
      'Minúsculas, cifras, - y _. Forma parte de la dirección de los webhooks y no se puede cambiar después.',
    noName: 'Escribir un nombre, como acme.',
    badName: 'Solo minúsculas, cifras, - y _, con una letra o cifra al principio.',
    takenName: 'Ya hay una conexión o configuración con este nombre. Hay que elegir otro.',
    button: 'Empezar',
    noPublicUrl:
      'Stagepost no sabe en qué dirección lo alcanzan Kommo y Customer.io. Se puede empezar; antes del último paso debe ejecutarse con --public-url https://your-host.',
    unfinished: 'Sin terminar',
    unfinishedNext: (step: string) => `Siguiente: ${step}`,
    begun: (by: string) => `empezada por ${by}`,
    resume: 'Continuar',
    resumeLabel: (name: string) => `Continuar con ${name}`,
    remove: 'Eliminar',
    removeLabel: (name: string) => `Eliminar la configuración de ${name}`,
    sure: (name: string) =>
      `Se eliminan las respuestas y claves de ${name}. Nada cambia en Kommo ni en Customer.io.`,
  },

  secret: {
    stored: 'Guardado, cifrado',
    replace: 'Reemplazar',
    replaceLabel: (label: string) => `Reemplazar: ${label}`,
    show: (label: string) => `Mostrar ${label}`,
  },

  kommo: {
    title: 'Dar acceso a Kommo',
    lead: 'Stagepost lee leads y contactos, y escribe notas, tareas y valores de campos.',
    missing: 'Kommo aún no está conectado.',
    checking: 'Comprobando con Kommo …',
    ways: 'Cómo',
    wayLabels: {
      button: 'Un clic',
      integration: 'Integración propia',
      code: 'Código de Kommo',
      token: 'Token de larga duración',
    },
    token: 'Token de larga duración',
    tokenWhere: '¿Dónde se obtiene el token?',
    tokenClicks: [
      'En Kommo, abrir Ajustes > Integraciones y hacer clic arriba a la derecha en “Crear integración”.',
      'Elegir “Integración privada” y dejar vacía la “URL de redirección”.',
      'Marcar el acceso completo (“Allow access: All”), darle el nombre Stagepost y guardar.',
      'Abrir en la integración la pestaña de claves (“Keys and scopes”) y generar el token de larga duración (“Generate long-lived token”).',
      'Elegir el vencimiento más lejano que ofrezca Kommo, copiar el token y pegarlo aquí. Kommo lo muestra una sola vez.',
    ],
    connect: 'Conectar Kommo',
    connectHint:
      'Aquí se abre Kommo. Iniciar sesión como administrador, elegir la cuenta y permitir el acceso; después Kommo trae de vuelta.',
    allow: 'Permitir el acceso en Kommo',
    allowHint: 'Aquí se abre Kommo y pregunta si Stagepost puede tener acceso; después trae de vuelta.',
    waiting: 'Esperando a Kommo …',
    otherWay: 'Usar otra forma',
    integrationClicks: [
      'En Kommo, abrir Ajustes > Integraciones, hacer clic en “Crear integración” y elegir “Integración privada”.',
      'Escribir las direcciones de abajo, marcar el acceso completo (“Allow access: All”), darle el nombre Stagepost y guardar.',
      'Abrir en la integración la pestaña de claves (“Keys and scopes”) y copiar aquí el ID de integración y la clave secreta.',
    ],
    redirectUri: 'URL de redirección',
    disconnectUri: 'Notificación de acceso revocado',
    noAddress: 'Aparece cuando Stagepost conozca su dirección pública.',
    clientId: 'ID de integración',
    clientSecret: 'Clave secreta',
    saveIntegration: 'Guardar',
    integrationStored: 'La integración está guardada.',
    code: 'Código de autorización',
    codeHint: 'De la pestaña de claves (“Keys and scopes”). Sirve una vez, durante veinte minutos.',
    useCode: 'Usar el código',
    facts: 'Lo que dice Kommo',
    account: 'Cuenta',
    number: (id: number) => `número ${id}`,
    place: 'Moneda, zona horaria',
    user: 'Acceso concedido por',
    admin: 'administrador',
    notAdmin: 'no es administrador',
    validUntil: 'El acceso vence',
    renewed: 'Se renueva automáticamente',
    unknownEnd: 'Kommo no lo indica',
    changes: 'Los cambios de etapa llegan por',
    changesLabels: {
      webhooks: 'webhook, en segundos',
      polling: 'el registro de Kommo, leído cada 20 segundos',
    },
    polling: 'Leer el registro de Kommo',
    pollingHint:
      'Este plan de Kommo no envía webhooks. En su lugar, Stagepost puede leer la lista de cambios: entonces las campañas empiezan en 20 segundos como máximo.',
  },

  customerio: {
    title: 'Dar acceso a Customer.io',
    lead: 'Stagepost envía personas y eventos a un espacio de trabajo y recibe informes sobre sus correos.',
    checking: 'Comprobando con Customer.io …',
    tracking: 'Envío de personas y eventos',
    siteId: 'Site ID',
    apiKey: 'Clave de la Tracking API',
    trackingWhere: '¿Dónde están?',
    trackingClicks: [
      'En Customer.io, abrir el espacio de trabajo que envía los correos.',
      'Abrir Settings > Account Settings > API Credentials; en cuentas más nuevas está en los ajustes del espacio de trabajo.',
      'En “Tracking API Keys”, crear una clave para este espacio de trabajo y copiar su Site ID y su API key.',
    ],
    region: 'Centro de datos',
    regionLabels: { us: 'Estados Unidos', eu: 'Europa' },
    workspace: 'Espacio de trabajo',
    seeWorkspace: 'abrirlo',
    campaigns: 'Campañas e informes',
    appKey: 'Clave de la App API',
    appKeyOptional: 'opcional',
    appKeyHint:
      'Con ella, Stagepost crea por sí mismo el webhook de informes, dice qué campaña empieza con cada etapa y muestra las campañas por su nombre.',
    appKeyWhere: '¿Dónde está?',
    appKeyClicks: [
      'Abrir la misma página, API Credentials, y allí “App API Keys”.',
      'Crear una clave con el nombre Stagepost para este espacio de trabajo y copiarla. Customer.io la muestra una sola vez.',
    ],
    reporting: 'Informes sobre correos',
    byApi: 'Stagepost crea el webhook de informes en el último paso, con la clave de la App API.',
    prepareWhy:
      'La clave de firma está en la página de un webhook de informes. Si el espacio de trabajo aún no tiene ninguno, Stagepost puede crear ahora el suyo, desactivado, y activarlo en el último paso.',
    prepare: 'Crear el webhook ahora, desactivado',
    prepared: (webhook: string) =>
      `El webhook “${webhook}” existe, desactivado. Copiar la clave de firma de su página; el último paso lo activa.`,
    byHand: 'Crear en Customer.io un webhook de informes con estos valores:',
    endpoint: 'URL del webhook',
    webhookName: 'Nombre',
    events: 'Eventos que marcar',
    noEndpoint: 'La dirección aparece cuando Stagepost conozca su dirección pública.',
    openPage: 'Abrir Customer.io',
    signing: 'Clave de firma',
    signingHint: 'Con ella, Stagepost sabe que un informe viene de verdad de Customer.io.',
    signingWays: 'Cómo',
    signingPaste: 'Pegar la clave',
    signingAccount: 'Dejar que Stagepost la lea',
    signingClicks: [
      'Abrir Data & Integrations > Integrations > Reporting Webhooks y un webhook de la lista.',
      'Copiar la clave de firma que muestra su página.',
    ],
    signingWhere: '¿Dónde está?',
    serviceAccount: 'Token de una cuenta de servicio',
    serviceAccountHint:
      'Empieza por sa_live_. Stagepost lee con él la clave de firma una vez y no guarda el token. Después conviene eliminar la cuenta de servicio.',
    readOnce: 'Leída de Customer.io',
  },

  rules: {
    title: '¿Qué debe ocurrir?',
    lead: 'Elegir con qué empezar. Todo se puede cambiar después en la página Reglas.',
    recipes: 'Recetas',
    does: 'Qué ocurre',
    stagePlaceholder: 'Elegir una etapa',
    starts: (campaigns: string) => `inicia ${campaigns}`,
    attributes: 'Lo que Customer.io sabrá de las personas',
    attributesLead: (sample: string | null) =>
      sample === null
        ? 'Cada línea es un atributo de la persona.'
        : `Cada línea es un atributo de la persona. Los ejemplos son del lead “${sample}”.`,
    attribute: 'Atributo en Customer.io',
    source: 'Campo en Kommo',
    example: (value: string) => `como ${value}`,
    startsHere: '(elegido abajo)',
    noExample: 'vacío en este lead',
    of: { deal: 'Lead', contact: 'Contacto', company: 'Empresa' },
    add: 'Añadir un atributo',
    removeLabel: (attribute: string) => `Quitar ${attribute || 'esta línea'}`,
    use: 'Usar estas reglas',
    saved: 'Guardado',
    saving: 'Comprobando las reglas …',
    pipelines: 'Embudos de la cuenta',
    incomplete: 'Rellenar todos los campos de las recetas y los atributos elegidos, o quitarlos.',
    edited: 'Las reglas se editaron como texto. Al elegir aquí recetas o atributos, se reemplaza el texto.',
    replace: 'Reemplazar el texto con esta selección',
    asText: 'Ver las reglas como texto',
    text: 'Reglas',
    textHint: 'Normalmente no hace falta cambiarlo.',
    saveText: 'Usar este texto',
    line: (line: number) => `Línea ${number(line)}`,
    nothing: 'Elegir al menos una receta.',
  },

  events: {
    title: 'Qué campañas empiezan',
    unknown: (event: string) => `No se sabe qué campaña empieza con ${event}.`,
  },

  finish: {
    title: 'Todo listo para conectar',
    running: 'Conectando …',
    doneTitle: 'Conectado',
    waitingTitle: 'Casi listo',
    lead: 'Esto es lo que hace Stagepost al hacer clic en “Conectar”. Cada parte se puede repetir sin que nada se haga dos veces.',
    leadRunning: 'Cada parte se pone verde cuando está comprobada. Se puede salir de esta página y volver.',
    button: 'Conectar',
    again: 'Reintentar',
    list: 'Qué se hace',
    stateLabels: {
      waiting: 'sin empezar',
      running: 'en curso',
      done: 'hecho',
      person: 'requiere intervención',
      failed: 'con fallo',
      skipped: 'no hace falta',
    },
    notYet: (step: string) => `Antes hay que terminar el paso “${step}”.`,
    done: 'Desde ahora, los leads que se mueven inician campañas.',
    next: 'Qué viene ahora',
    toNow: 'Ver el resumen',
    toRules: 'Ajustar las reglas',
    toConnections: 'Ver la conexión',
    toBackfill: 'Traer a los clientes que ya existen',
  },
};

/** The texts of the page Alerts. */
const alertTexts = {
  title: 'Alertas',
  lead: 'Quién recibe un aviso cuando algo deja de funcionar y cuando vuelve a funcionar. Un mensaje por cambio; lo que cambia a la vez es un solo mensaje.',
  none: 'Nadie recibe avisos aún',
  noneHint:
    'Si Kommo rechaza el token esta noche, solo se sabrá aquí. Añadir un destinatario a stagepost.yaml y reiniciar: Slack, correo, un webhook o una tarea en Kommo.',
  example: 'Qué escribir en stagepost.yaml',
  exampleText: `alerts:
  receivers:
    - name: team
      kind: slack
      target_url: \${SLACK_WEBHOOK_URL}
    - name: office
      kind: mail
      smtp_url: \${SMTP_URL}
      from: stagepost@example.com
      to: [ops@example.com]
    - name: sales
      kind: kommo_task
      user: Maria Lopez`,
  receivers: 'Destinatarios',
  kinds: {
    webhook: 'Webhook',
    slack: 'Slack',
    mail: 'Correo',
    kommo_task: 'Tarea en Kommo para',
  } satisfies Record<AlertReceiver['kind'], string>,
  gets: (what: string) => `Recibe ${what}.`,
  levels: {
    broken: 'fallos',
    warning: 'avisos',
    recovered: 'recuperaciones',
  } satisfies Record<AlertLevel, string>,
  about: 'sobre',
  topics: {
    health: 'estado',
    dead_letters: 'acciones fallidas',
    backlog: 'cola',
    opt_outs: 'bajas',
    gaps: 'webhooks perdidos',
  } satisfies Record<AlertTopic, string>,
  everything: 'todo',
  of: (connections: string) => `solo de ${connections}`,
  never: 'Ningún mensaje aún.',
  works: 'Último mensaje entregado',
  testWorked: 'Última prueba entregada',
  fails: 'Sin respuesta; el primer fallo fue',
  nextAttempt: 'Próximo intento',
  waiting: (count: number) => `${plural(count, 'cambio espera', 'cambios esperan')} su envío.`,
  test: 'Enviar una prueba',
  testOf: (name: string) => `Enviar una prueba a ${name}`,
  delivered: (name: string) => `Se aceptó la prueba. Conviene comprobar que ha llegado a ${name}.`,
  notDelivered: 'La prueba no llegó:',
  open: 'Problemas en curso',
  mute: 'Silenciar',
  muteOf: (name: string) => `Silenciar ${name}`,
  forHour: '1 hora',
  forDay: '1 día',
  forWeek: '1 semana',
  until: 'Hasta …',
  untilLabel: 'Silenciado hasta',
  untilHint: 'Como máximo 30 días. En la zona horaria propia.',
  tooLate: 'Elegir una hora en los próximos 30 días.',
  cancel: 'Cancelar',
  everywhere: 'todas las conexiones',
  installation: 'Stagepost',
  muted: 'Silenciado',
  mutedHint: 'No se envía nada de esto. Lo que siga al terminar se envía entonces.',
  mutedUntil: 'termina',
  mutedBy: (name: string) => `por ${name}`,
  everyReceiver: 'todos los destinatarios',
  everyProblem: 'todos los problemas',
  unmute: 'Terminar ahora',
  unmuteOf: (name: string) => `Terminar ahora: ${name}`,
  messages: 'Últimos mensajes',
  noMessages: 'No se ha enviado nada aún.',
  to: 'Para',
  outcomes: { delivered: 'Entregado', failed: 'Con fallo' },
  attempts: (count: number) => `tras ${plural(count, 'intento')}`,
};

/** The texts of the demo board. */
const boardTexts = {
  title: 'Tablero de demo',
  lead: 'Aquí Kommo y Customer.io son simulados. Se pueden mover leads como el equipo de ventas, leer los correos como los clientes y romper cualquier cosa: Stagepost hace el resto.',
  add: 'Nuevo lead',
  addName: 'Cliente',
  addHint: 'Vacío: un nombre cualquiera.',
  addButton: 'Crear',
  onlyDemo: 'El tablero solo existe en la demo.',
  onlyDemoHint: 'Se inicia con: npx stagepost demo',
  choose: 'Elegir un lead para ver su ficha y el buzón del cliente.',
  stage: 'Etapa',
  starts: (event: string) => `inicia ${event}`,
  startsNothing: (event: string) => `envía ${event}: ninguna campaña lo espera`,
  scroll:
    'Desplazar a un lado para ver más etapas. Para mover un lead sin arrastrar, seleccionarlo y elegir una etapa en su ficha.',
  /** In US dollars. */
  price: (dollars: number) => `${number(dollars)} USD`,
  inKommo: 'En Kommo',
  noEntries: 'Aún sin notas ni tareas.',
  note: 'Nota',
  task: 'Tarea',
  mailbox: (email: string) => `Buzón de ${email}`,
  noMails: 'Aún sin correos. Mover el lead a una etapa que inicie una campaña.',
  unread: 'sin abrir',
  notSent: {
    unsubscribed: 'No enviado: el cliente se ha dado de baja.',
    suppressed: 'No enviado: un correo anterior a esta dirección rebotó o se marcó como spam.',
    bounced: (why: string) => `Rebotado: ${why}`,
    other: (why: string) => `No enviado: ${why}`,
    noCampaign: (event: string) =>
      `Ninguna campaña de Customer.io se inicia con ${event}, así que no se envió ningún correo.`,
  },
  marks: {
    opened: 'abierto',
    machine_opened: 'abierto por Apple Mail Privacy: se ignora',
    clicked: 'con clic',
    converted: 'con conversión',
    unsubscribed: 'dado de baja',
    spammed: 'marcado como spam',
  } satisfies Record<MailMark, string>,
  acts: {
    open: 'Abrir',
    machine_open: 'Que lo abra Apple Mail Privacy',
    click: 'Hacer clic en el enlace',
    convert: 'Hacer lo que pide la campaña (conversión)',
    unsubscribe: 'Darse de baja',
    spam: 'Marcar como spam',
    bounce: 'Rebotar',
  } satisfies Record<MailAction, string>,
  more: (subject: string) => `Más sobre “${subject}”`,
  footer: 'Este correo llega por el contacto con nuestro equipo de ventas.',
  why: 'Qué hizo Stagepost y por qué',
};

const storyTexts = {
  title: 'La historia',
  state: {
    ready: 'sin empezar',
    playing: 'en marcha',
    paused: 'en pausa',
    ended: 'terminada',
  } satisfies Record<Story['state'], string>,
  lead: 'Cuatro clientes, del primer movimiento al último clic. Cada línea se comprueba en el otro lado, con el tiempo que tardó. Tiene sus propios clientes: mientras tanto se puede jugar con los demás.',
  start: 'Empezar la historia',
  resume: 'Seguir',
  pause: 'Pausar',
  next: 'Paso siguiente',
  replay: 'Repetir',
  scenes: 'Escenas',
  scene: (title: string) => title.replace(/^\d+\. /, ''),
  effect: {
    waiting: '…',
    seen: 'visto',
    missed: 'no llegó, y ya no hay nada en camino',
    yours: 'cambiado a mano: alguien se adelantó con este cliente',
    skipped: 'no se esperó',
  } satisfies Record<EffectState, string>,
  side: { kommo: 'Kommo', customerio: 'Customer.io' } satisfies Record<SideName, string>,
  ms: (ms: number) => `${number(ms)} ms`,
  slow: (ms: number, isBroken: boolean) =>
    `en espera desde hace ${number(Math.round(ms / 1000))} s${isBroken ? ', hasta que se repare todo' : ''}`,
  show: 'Mostrar este lead',
};

const outageTexts = {
  title: 'Romper algo',
  lead: 'Tres leads siguen moviéndose mientras está roto. Se ve qué espera, y después se repara.',
  act: {
    kommo_token: 'Revocar el token de Kommo',
    customerio_away: 'Desconectar Customer.io',
    rate_limit: 'Kommo responde 429',
    signing_key: 'Clave de firma incorrecta',
    missing_field: 'Eliminar un campo en Kommo',
    killed_server: 'Matar Stagepost (kill -9)',
  } satisfies Record<OutageKind, string>,
  broken: {
    kommo_token: 'Kommo rechaza el token. Los cambios de etapa se guardan y no se desecha nada.',
    customerio_away: 'Customer.io corta todas las conexiones. Los eventos esperan y conservan su orden.',
    rate_limit: 'Kommo responde a todo “demasiadas peticiones”. Stagepost va más despacio y espera.',
    signing_key:
      'Customer.io firma con una clave que Stagepost no conoce. Las aperturas y los clics se rechazan, y Customer.io los conserva. Aquí espera 5 s antes de reintentar; en la vida real, una hora.',
    missing_field:
      'El campo email_status del lead se elimina en Kommo y tres clientes se dan de baja. Kommo no deja anotarlo en sus leads. En Problemas se ve qué pasa: repararlo aquí o crear el campo en Conexiones, y después reintentar.',
    killed_server: 'Stagepost se interrumpió en pleno trabajo. Arranca de nuevo por sí mismo.',
  } satisfies Record<OutageKind, string>,
  repair: 'Reparar',
  arrived: (arrived: number, all: number) => `Han llegado ${number(arrived)} de ${number(all)}`,
  recovering:
    'Reparado. Lo que esperaba está en camino: cuanto más duró la avería, más espera Stagepost antes de volver a preguntar, hasta un minuto.',
  proven: (all: number, took: string) =>
    `No se perdió nada: han llegado los ${number(all)}, en ${took} desde la reparación.`,
  touched: (deals: number) => `Cambiados a mano, no cuentan: ${plural(deals, 'lead')}.`,
  incomplete: (count: number) => `${plural(count, 'no llegó', 'no llegaron')}, y ya no hay nada en camino.`,
  once: 'En orden, y cada uno una vez.',
  twice: (count: number) => `${plural(count, 'llegó', 'llegaron')} dos veces.`,
  outOfOrder: 'No en el orden de los movimientos.',
  parcel: (what: string, deal: number, count: number) =>
    `${what}, lead ${deal}: ${count === 0 ? 'en espera' : count === 1 ? 'ha llegado' : `ha llegado ${number(count)} veces`}`,
  overview: 'Cómo lo comunica Stagepost',
  problems: 'Verlo en Problemas',
  retry: 'El campo está de vuelta. Lo que Kommo rechazó se envía otra vez al pulsar Reintentar en Problemas.',
};

const flowTexts = {
  label: 'Lo que ha pasado por Stagepost',
  webhooks: (count: number) => plural(count, 'webhook'),
  reports: (count: number) => plural(count, 'informe'),
  refused: (count: number) => plural(count, 'rechazado'),
  writes: (count: number) => plural(count, 'escritura'),
  calls: (count: number) => plural(count, 'llamada'),
  events: (count: number) => plural(count, 'evento'),
  waiting: (count: number) => (count === 0 ? 'nada en espera' : `${number(count)} en espera`),
};

/** Texts of the picture of a connection: what passes between Kommo, Stagepost and Customer.io. */
const connectionFlowTexts = {
  label: (connection: string) => `Lo que pasa entre Kommo y Customer.io por ${connection}`,
  kommo: 'leads y contactos',
  stagepost: 'reglas',
  customerio: 'campañas y correos',
  stageChanges: 'cambios de etapa',
  writes: 'notas, tareas, campos',
  events: 'personas y eventos',
  reports: 'aperturas, clics, bajas',
  states: {
    good: 'funciona',
    bad: 'no funciona',
    waiting: 'detenido',
    nothing: 'aún no visto',
  },
};

const requestTexts = {
  unreachable:
    'No se puede contactar con Stagepost. Quizá se está reiniciando; esta página reintenta automáticamente.',
  answered: (status: number) => `Stagepost respondió ${status}.`,
};

/** Lengths of time and how long ago something was. */
const timeTexts = {
  justNow: 'ahora mismo',
  ago: (span: string) => `hace ${span}`,
  in: (span: string) => `en ${span}`,
  ms: (count: number) => `${number(count)} ms`,
  s: (count: number) => `${number(count)} s`,
  /** With one decimal. */
  shortS: (count: number) => `${decimal(count)} s`,
  min: (count: number) => `${number(count)} min`,
  h: (count: number) => `${number(count)} h`,
  days: (count: number) => plural(count, 'día'),
  underOneSecond: 'menos de 1 s',
  /** In words, as rules are read. */
  long: {
    hours: (count: number) => plural(count, 'hora'),
    minutes: (count: number) => plural(count, 'minuto'),
    seconds: (count: number) => plural(count, 'segundo'),
  },
};

export const es: Texts = {
  texts,
  requestTexts,
  timeTexts,
  sideLabels,
  roleLabels,
  outcomeLabels,
  mailStateLabels,
  reportObjects,
  reportMetrics,
  directionLabels,
  kindLabels,
  rangeLabels,
  metricLabels,
  searchTexts,
  missedLabels,
  missedHints,
  stepLabels,
  overviewTexts,
  activityTexts,
  callTexts,
  subjectTexts,
  decisionTexts,
  problemTexts,
  waitingTexts,
  listNames,
  notDone,
  otherNotDone,
  notDoneBecause,
  reasons,
  ruleParts,
  otherPart,
  wholeRules,
  ofRule,
  alsoNotSent,
  heldTexts,
  backfillTexts,
  ruleTexts,
  coverageTexts,
  previewTexts,
  sendTexts,
  caseTexts,
  connectionTexts,
  setupTexts,
  alertTexts,
  boardTexts,
  storyTexts,
  outageTexts,
  flowTexts,
  connectionFlowTexts,
};

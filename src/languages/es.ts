import type { Sentences } from './en.ts';
import { formatsOf } from './formats.ts';
import { health } from './health/es.ts';
import { problems } from './problems/es.ts';
import { rules } from './rules/es.ts';

/*
 * Spanish for all countries, without addressing the reader. Kommo's words: lead, embudo, etapa, contacto. Keys of the rules and
 * names of events stay as they are.
 */

const { day, roughly, duration } = formatsOf('es');

/** `1 acción`, `2 acciones` */
const actions = (count: number) => (count === 1 ? '1 acción' : `${count} acciones`);

export const es: Sentences = {
  times: {
    justNow: 'ahora mismo',
    secondsAgo: (count) => `hace ${count} s`,
    minutesAgo: (count) => `hace ${count} min`,
    hoursAgo: (count) => `hace ${count} h`,
    onDay: (date, month, year) => `el ${day(date, month, year)}`,
    later: (seconds) => `${roughly(seconds)} después`,
  },

  reasons: {
    noRule: (stage, pipeline) => `No hay regla para la etapa ${stage} del embudo ${pipeline}.`,
    noReaction: (report) => `No hay regla para ${report}, así que no se escribió nada en Kommo.`,
    noSyncedField: 'No cambió ningún campo sincronizado.',
    contactUnknown: 'Este contacto todavía no está en Customer.io.',
    contactsUnknown: 'Ningún contacto de este lead está todavía en Customer.io.',
    personUnknown: (person) =>
      `${person} todavía no está en Customer.io: el lead no ha entrado en una etapa con regla.`,
    attributesOfOtherDeal: (person, deal) =>
      `Los atributos de ${person} vienen del lead ${deal}, el último que entró en una etapa.`,
    dealGone: 'El lead ya no existe en Kommo.',
    dealUnseen: (limit) =>
      `Kommo todavía no devuelve el lead. El evento lo espera hasta ${duration(limit)} después del cambio de etapa.`,
    dealDeleted: 'El lead se eliminó, así que se detuvieron sus temporizadores de inactividad.',
    deletedWhileHeld: 'El lead se eliminó mientras el evento estaba retenido.',
    deletedWhileWaiting: 'El lead se eliminó antes de tener un contacto con correo.',
    noContact: 'El lead no tiene contacto.',
    contactWithoutEmail: (contact) => `El contacto ${contact} no tiene correo.`,
    waitsForEmail: (limit) =>
      `El evento espera un contacto con correo, hasta ${duration(limit)} después del cambio de etapa.`,
    waitsForContact: (limit) =>
      `El evento espera un contacto, hasta ${duration(limit)} después del cambio de etapa.`,
    waitedForEmail: (limit) =>
      `El evento esperó ${duration(limit)} un contacto con correo (wait_for_contact).`,
    waitedForContact: (limit) => `El evento esperó ${duration(limit)} un contacto (wait_for_contact).`,
    contactTooLate: 'El contacto llegó demasiado tarde.',
    reportedLate: (hours) =>
      `Omitido: este cambio de etapa se informó más de ${hours} horas después de ocurrir (skip_moves_after).`,
    leftSinceBackfill: 'El lead salió de la etapa después de la carga retroactiva.',
    sentByBackfill:
      'Una carga retroactiva ya envió el evento de esta etapa, después de este cambio de etapa.',
    sentByLaterChange:
      'El lead volvió a entrar en la etapa después de la carga retroactiva, y ese cambio de etapa envió el evento.',
    sentOnce: (event, _deal, _day, once) =>
      `${event} ya se envió, y la regla lo envía una sola vez por ${once === 'deal' ? 'lead' : 'contacto'} (once: ${once}).`,
    skipsUnmailable: 'La regla no envía nada a clientes que no reciben correos (unmailable_clients: skip).',
    held: (deals, within) =>
      `El evento queda retenido hasta que alguien decida en la página de leads retenidos: más de ${deals} leads entraron en esta etapa en ${duration(within)}.`,
    released: (who) => `Liberado por ${who}; el evento se envía detrás de los nuevos.`,
    discarded: (who, why) => `El evento estuvo retenido y después lo descartó ${who}: ${why}`,
    machine:
      'Esto lo hizo una máquina (privacidad del correo, precarga o un analizador de enlaces), no el cliente.',
    maybeMachine:
      'El registro de actividad no dice si lo hizo una persona o una máquina, así que cuenta como de una máquina.',
    otherRecipient: (address) =>
      `El mensaje se envió a ${address}, que no es el cliente, así que el informe no dice nada del cliente.`,
    notFirst: (report) =>
      `No es el primer ${report} de este mensaje, y la regla solo actúa con el primero (repeat: first).`,
    refusedForNow: 'El servidor de correo rechazó el correo solo por ahora; el próximo puede llegar.',
    formerAddress: (address) => `El correo se envió a ${address}, que ya no es la dirección del cliente.`,
    alreadySet: (field, value) => `${field} ya es "${value}", así que no hay nada que hacer.`,
    laterReport: (field, value) => `Un informe posterior puso ${field} en "${value}".`,
    laterReportOtherwise: 'Un informe posterior dice otra cosa.',
    optedOut: (field, value) =>
      `El cliente se dio de baja (${field} es "${value}"): solo una nueva suscripción lo cambia.`,
    noClient: 'Ningún cliente de Kommo corresponde a este informe.',
    noContactWithEmail: (address) => `Ningún contacto de Kommo tiene el correo ${address}.`,
    noDealOfContact: (contact) => `El contacto ${contact} no tiene ningún lead.`,
    noAddressInReport: 'El informe no trae correo, y Stagepost no conoce a esta persona.',
    ruleRemoved: (event) => `La regla de inactividad de ${event} se quitó de las reglas.`,
    activeInTime: (what) =>
      `El cliente estuvo activo a tiempo: ${what} llegó antes de que venciera el plazo.`,
    notContactAnyMore: (person) => `${person} ya no es contacto del lead.`,
    leftStageOfTimer: 'El lead salió de la etapa que inició el temporizador (stop_when: stage_left).',
    timerStopped: 'Detuvo el temporizador de inactividad.',
  },

  reasonCodes: {
    unsubscribed: 'El cliente se dio de baja.',
    complained: 'El cliente marcó un correo como spam.',
    bounced: 'La dirección del cliente rebota.',
    suppressed: 'La dirección del cliente está en una lista de supresión.',
    no_address: 'El cliente no tiene correo.',
    no_contact: 'El lead no tiene un contacto con correo.',
    no_rule: 'La etapa no tiene regla.',
    condition: 'No se cumple la condición de la regla (if).',
    once: 'La regla envía su evento una sola vez, y ya lo envió (once).',
    repeated: 'El evento de esta etapa ya se envió.',
    late: 'El cambio de etapa se informó demasiado tarde, o su contacto llegó demasiado tarde.',
    left: 'El lead salió de la etapa antes de que se enviara el evento.',
    gone: 'Kommo no devuelve el lead.',
    failed: 'El evento no se pudo procesar.',
  },

  events: {
    deal: (id) => `El lead ${id}`,
    stage: (id) => `etapa ${id}`,
    stageOf: (stage, pipeline) => `"${stage}" (${pipeline})`,
    backfilledIn: (backfill, deal, stage) => `Carga retroactiva ${backfill}: ${deal} está en ${stage}`,
    backfilled: (backfill, deal) => `Carga retroactiva ${backfill}: ${deal}`,
    dealWithin: (id) => `lead ${id}`,
    dealCreated: (deal, stage) => `${deal} se creó en ${stage}`,
    dealMoved: (deal, from, to) => `${deal} pasó de "${from}" a ${to}`,
    dealChanged: (deal) => `${deal} cambió`,
    dealDeleted: (deal) => `${deal} se eliminó`,
    dealRestored: (deal) => `${deal} se restauró`,
    contactChanged: (id) => `El contacto ${id} cambió`,
    contactDeleted: (id) => `El contacto ${id} se eliminó`,
    contactRestored: (id) => `El contacto ${id} se restauró`,
    contactMerged: (id) => `Varios contactos se fusionaron en el contacto ${id}`,
    inactivity: (event) => `Sin actividad desde ${event}`,
    removed: (kind) => `${kind} (su contenido se eliminó al cumplirse el plazo de conservación)`,
  },

  reports: {
    sent: (_by, message, to) => `${message} se envió a ${to}`,
    delivered: (_by, message, to) => `${message} se entregó a ${to}`,
    opened: (by, message, _to) => `${by} abrió ${message}`,
    clicked: (by, message, _to) => `${by} hizo clic en un enlace de ${message}`,
    replied: (by, message, _to) => `${by} respondió a ${message}`,
    converted: (by, message, _to) => `${by} alcanzó el objetivo de ${message}`,
    bounced: (_by, message, to) => `${message} para ${to} rebotó`,
    dropped: (_by, message, to) => `${message} no se envió a ${to}`,
    deferred: (_by, message, to) => `${message} para ${to} se retrasa`,
    failed: (_by, message, to) => `${message} para ${to} falló`,
    undeliverable: (_by, message, to) => `${message} para ${to} no se pudo entregar`,
    spammed: (by, message, _to) => `${by} marcó ${message} como spam`,
    subscribed: (by, _message, _to) => `${by} se suscribió`,
    unsubscribed: (by, _message, _to) => `${by} se dio de baja`,
    cio_subscription_preferences_changed: (by, _message, _to) =>
      `${by} cambió sus preferencias de suscripción`,
  },
  otherReport: (name, to) => `Customer.io informa de ${name} para ${to}`,
  machine: (client) => `Una máquina (no ${client})`,
  somebody: 'alguien',

  messages: {
    email: 'un correo',
    in_app: 'un mensaje en la app',
    push: 'una notificación push',
    slack: 'un mensaje de Slack',
    sms: 'un SMS',
    whatsapp: 'un mensaje de WhatsApp',
    other: 'un mensaje',
  },

  steps: {
    sent: 'enviado',
    delivered: 'entregado',
    opened: 'abierto',
    clicked: 'con clic',
    replied: 'respondido',
    converted: 'objetivo alcanzado',
    unsubscribed: 'baja',
    spammed: 'marcado como spam',
    bounced: 'rebotado',
    dropped: 'no enviado',
    failed: 'no se pudo enviar',
    undeliverable: 'no se pudo entregar',
    addressSuppressed: 'no enviado: la dirección está suprimida',
    times: (count) => (count === 1 ? '1 vez' : `${count} veces`),
    byMachine: 'por una máquina',
    byMachines: 'por máquinas',
  },

  senders: {
    campaign: 'Campaña',
    newsletter: 'Newsletter',
    broadcast: 'Difusión',
    transactional: 'Mensaje transaccional',
    withMessage: (sender, message) => `${sender}, mensaje "${message}"`,
  },

  actions: {
    note: (deal, text) => `Kommo: nota en el lead ${deal}: ${text}`,
    task: (deal, due, text) => `Kommo: tarea en el lead ${deal}, para el ${due}: ${text}`,
    closeTask: (deal, text) => `Kommo: cerrar la tarea del lead ${deal}: ${text}`,
    setField: (deal, field, value) => `Kommo: ${field} = ${value} en el lead ${deal}`,
    tags: (deal, changes) => `Kommo: etiquetas del lead ${deal}: ${changes}`,
    track: (event, person) => `Customer.io: evento ${event} de ${person}`,
    identify: (person, attributes) =>
      `Customer.io: identificar a ${person}, ${attributes} ${attributes === 1 ? 'atributo' : 'atributos'}`,
    subscribe: (person) => `Customer.io: suscribir a ${person}`,
    unsubscribe: (person) => `Customer.io: dar de baja a ${person}`,
    deletePerson: (person) => `Customer.io: eliminar a ${person}`,
    merge: (from, into) => `Customer.io: fusionar el perfil ${from} con ${into}`,
    changeEmail: (from, to) => `Customer.io: cambiar el correo ${from} por ${to}`,
    setEmailAgain: (email, person) => `Customer.io: poner otra vez el correo ${email} de ${person}`,
    removeEmail: (email, person) => `Customer.io: quitar el correo ${email} de ${person}`,
    liftSuppression: (email) =>
      `Customer.io: quitar ${email} de las listas de supresión del proveedor de correo`,
    checkSuppression: (email) => `Customer.io: consultar si el proveedor de correo suprime ${email}`,
  },

  mailability: {
    unsubscribed: (when) => `se dio de baja ${when}`,
    complained: (when) => `marcó un correo como spam ${when}`,
    bounced: (when) => `la dirección rebotó ${when}`,
    suppressed: (when) => `la dirección estaba en una lista de supresión ${when}`,
    no_address: (_when) => 'no tiene correo',
    can: 'puede recibir correos',
    cannot: (reason) => `no puede recibir correos: ${reason}`,
  },

  origins: {
    report: 'informado por Customer.io',
    activity: 'encontrado en los registros de actividad de Customer.io, sin informe',
    kommo: 'indicado en Kommo',
    kommoBy: (who) => `indicado en Kommo por ${who}`,
    console: 'indicado en Stagepost',
    consoleBy: (who) => `indicado en Stagepost por ${who}`,
  },

  answer: {
    theClient: 'El cliente',
    thisClient: 'este cliente',
    notGot: (name) => `${name} no recibió ningún correo`,
    notGotYet: (name) => `${name} todavía no ha recibido ningún correo`,
    getsNone: (name, reason) => `${name} no recibe correos: ${reason}.`,
    getsNoMore: (name, reason) => `${name} ya no recibe correos: ${reason}.`,
    but: (text) => `Pero ${text}`,
    noReason: 'no hay ningún motivo guardado',
    waitsForContact: 'el evento espera un contacto con correo',
    held: 'el evento queda retenido hasta que alguien decida',
    noneReachesIt: 'así que no le llega ningún correo',
    nowhereToSend: 'así que no hay adónde enviarlo',
    nothingSent: 'así que Customer.io no envía nada',
    accepted: (event, when) => `El evento${event === null ? '' : ` ${event}`} se aceptó ${when}.`,
    noCampaign: (event) => `ninguna campaña activa de Customer.io empieza con el evento ${event}.`,
    noneReported: (name) => `Desde entonces Customer.io no ha informado de ningún correo a ${name}.`,
    campaignMayWait: 'La campaña puede esperar, excluir al cliente o estar detenida: se ve allí.',
    nothingMoreSent: (title) => `${title}, así que no se le envía nada más.`,
    noStageYet: (name) =>
      `Ningún lead de ${name} ha entrado todavía en una etapa, así que Stagepost no ha iniciado ninguna campaña.`,
    timers: (events) =>
      events.length === 1
        ? `El temporizador de inactividad de ${events[0]} está en marcha.`
        : `Los temporizadores de inactividad de ${events.join(', ')} están en marcha.`,
    afterColon: (text) =>
      text.replace(/^(No|Ningún|El|La|Los|Este|Esta|Esto|Una?) /, (word) => word.toLowerCase()),
    undecided: 'Stagepost todavía no ha decidido qué hacer.',
    lastAttemptFailed: (error) => `El último intento falló: ${error}`,
    waitsToBeSent: (event, done, all) =>
      `${event === null ? 'el evento' : `el evento ${event}`} espera su envío (${done} de ${actions(all)} completadas).`,
    refused: (count, first, error) =>
      `${count === 1 ? 'se rechazó 1 acción' : `se rechazaron ${count} acciones`}: ${first} La respuesta: ${error}`,
    anActionRefused: 'se rechazó una acción.',
    removed: 'eliminado',
    nothingStored: (what) =>
      `Stagepost no ha guardado nada sobre ${what}. Si debería haber algo, comprobar la configuración con: stagepost doctor`,
    unknownDeal: (id) =>
      `el lead ${id}: ningún webhook lo ha nombrado, y el registro de eventos de Kommo no tiene ningún cambio de etapa suyo`,
    unknownClient: (address) =>
      `${address}: ninguno de sus leads ha entrado en una etapa, y ningún informe de Customer.io lo ha nombrado`,
    maybeUnprocessed: (address, reason) =>
      `Stagepost todavía no ha guardado nada sobre ${address}. Hay cambios de etapa e informes a la espera de procesarse, y los suyos pueden estar entre ellos: ${reason}`,
    severalMatch: (count, typed) => `${count} clientes o leads coinciden con "${typed}". Elegir uno.`,
    noneMatches: (typed) =>
      `Ningún cliente o lead coincide con "${typed}". Stagepost conoce a los clientes cuyo lead ha entrado en una etapa desde la conexión, y a los que han recibido correos.`,
  },

  email: {
    unnamed: 'el correo',
    named: (subject) => `el correo "${subject}"`,
    ofCampaign: (email, campaign) => `${email} de la campaña "${campaign}"`,
    sent: (email, name, when) =>
      `${email} para ${name} se envió ${when}. Todavía no se ha informado de su entrega.`,
    got: (name, email, when) => `${name} recibió ${email} ${when}`,
    clicked: (got) => `${got} e hizo clic en un enlace.`,
    opened: (got) => `${got} y lo abrió.`,
    openedByMachine: (got) =>
      `${got}. Hasta ahora solo lo ha abierto una máquina (privacidad del correo, precarga o un analizador de enlaces).`,
    notOpened: (got) => `${got}. Todavía no lo ha abierto.`,
    notGot: (name, email, failure, when, details) =>
      `${name} no recibió ${email}: ${failure} ${when}${details === null ? '' : ` (${details})`}.`,
    failures: {
      bounced: 'rebotó',
      dropped: 'Customer.io no lo envió, porque la dirección está suprimida,',
      failed: 'Customer.io no pudo enviarlo',
      undeliverable: 'Customer.io no pudo entregarlo',
    },
  },

  withoutEmail: {
    unsubscribed: 'Sin correo: el cliente se había dado de baja',
    complained: 'Sin correo: el cliente había marcado un correo como spam',
    bounced: 'Sin correo: la dirección había rebotado',
    suppressed: 'Sin correo: la dirección está en una lista de supresión',
    no_address: 'Sin correo: el cliente no tiene dirección de correo',
    notYet: 'Todavía no se ha informado de ningún correo',
    none: 'No se ha informado de ningún correo: la campaña puede esperar, excluir al cliente o estar detenida',
  },

  problems,
  rules,
  health,
};

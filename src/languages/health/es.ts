import type { HealthSentences } from './en.ts';

const keysOfKommo = 'Kommo > Ajustes > Integraciones > la integración privada > Claves y permisos';
const enterToken =
  'introducirlo en la página Conexiones con "Cambiar las claves"; para una conexión de stagepost.yaml, ponerlo en kommo.token y reiniciar';
const authorize =
  'Pulsar "Autorizar de nuevo" en la página Conexiones y permitir el acceso en Kommo como administrador.';
const hooksOfKommo = 'Kommo > Ajustes > Integraciones > Webhooks';
const keysOfCustomerio = 'Customer.io > Settings > Account Settings > API Credentials';
const hooksOfCustomerio = 'Customer.io > Integrations > Reporting Webhooks';
const retries = 'No se pierde nada: Stagepost lo vuelve a intentar por sí mismo.';
const firstCall = 'Esperar la primera llamada, que tarda menos de un minuto.';
const byReason = `${retries} El motivo dice qué corregir.`;
const asConnections = 'Hacer lo que indica sobre ella la página Conexiones.';
const deadLetters = 'Corregir la causa y después reintentarlas o descartarlas en la página Problemas.';
const heldBack =
  'Esperar el próximo informe. Entonces Customer.io envía los que retuvo, y no se pierde nada.';
const proven = 'Stagepost consulta a Customer.io por sí mismo, en menos de un minuto.';

/** `4 days` as Spanish says it. */
const time = (text: string) => text.replace(/ days$/, ' días');
const reason = (text: string) => (text === 'it is tried again' ? 'se vuelve a intentar' : text);

export const health: HealthSentences = {
  messages: {
    kommoTokenUnproven: 'Kommo todavía no ha aceptado el token.',
    kommoTokenEnded: (day) => `El token de Kommo caducó el ${day}.`,
    kommoTokenEndsTomorrow: (day) => `El token de Kommo caduca en 1 día, el ${day}.`,
    kommoTokenEnds: (days, day) => `El token de Kommo caduca en ${days} días, el ${day}.`,
    kommoAccessMissing: 'Nadie ha concedido todavía acceso a Kommo.',
    kommoAccessWithdrawn: 'Kommo ya no renueva el acceso.',
    kommoAccessWithdrawnBy: (trouble) => `Kommo ya no renueva el acceso. ${trouble}`,
    kommoAccessNotRenewed: (trouble) => `El acceso a Kommo no se renueva. ${trouble}`,
    kommoAccessEndsTomorrow: (day) =>
      `El acceso a Kommo no se renueva desde hace semanas y termina en 1 día, el ${day}.`,
    kommoAccessEnds: (days, day) =>
      `El acceso a Kommo no se renueva desde hace semanas y termina en ${days} días, el ${day}.`,
    kommoLogStalled: (minutes) =>
      `El registro de eventos de Kommo no se lee desde hace ${minutes} min. Los cambios de etapa no se detectan.`,
    kommoLogUnproven: 'El registro de eventos de Kommo todavía no se ha leído.',
    kommoLogUnread: (since, until) =>
      `Los cambios de etapa del ${since} al ${until} son demasiado antiguos para leerlos de Kommo: los que ningún webhook informó se han perdido.`,
    kommoWebhookUnproven: 'Todavía no ha llegado ningún webhook de Kommo.',
    kommoWebhookMissing: 'Kommo no tiene ningún webhook que lleve a esta conexión.',
    kommoWebhookDisabled: (address) => `Kommo desactivó el webhook a ${address}.`,
    kommoWebhookElsewhere: (address, wanted) => `El webhook de Kommo lleva a ${address}, no a ${wanted}.`,
    kommoWebhookOtherSecret: (address) =>
      `El webhook de Kommo a ${address} tiene otro secreto que kommo.webhook_secret.`,
    kommoWebhookRefused: 'Llegó un webhook con un secreto incorrecto y se rechazó.',
    kommoWebhooksRefused: (count) => `Llegaron ${count} webhooks con un secreto incorrecto y se rechazaron.`,
    kommoWebhookLacksEvents: (events) => `El webhook de Kommo no informa de: ${events}.`,
    kommoWebhookSilent: (minutes) =>
      `Un lead cambió de etapa en Kommo hace ${minutes} min, y desde entonces no ha llegado ningún webhook.`,
    trackUnproven: 'Customer.io todavía no ha aceptado las claves de Track.',
    trackWrongRegion: (actual, configured) =>
      `La cuenta de Customer.io está en ${actual}, y customerio.region dice ${configured}.`,
    appUnproven: 'Customer.io todavía no ha aceptado la clave de la App API.',
    signingKeyUnproven: 'Todavía ningún informe de Customer.io se ha verificado con la clave de firma.',
    signingKeyChanged: (at) =>
      `La clave de firma ha cambiado. El último informe se rechazó a las ${at} UTC, y Customer.io no envía nada durante una hora o más después de un rechazo.`,
    reportRefused: (at) =>
      `Los informes de Customer.io se rechazan porque su firma no coincide (1 informe, el último a las ${at} UTC).`,
    reportsRefused: (count, at) =>
      `Los informes de Customer.io se rechazan porque su firma no coincide (${count} informes, el último a las ${at} UTC).`,
    reportsHeldBack: (at) =>
      `El último informe se rechazó a las ${at} UTC con la clave de firma anterior, y Customer.io no envía nada durante una hora o más después de un rechazo.`,
    reportsStopped: (events, at) =>
      `Customer.io ha aceptado ${events} eventos desde su último informe, el ${at} UTC.`,
    reportLost: (names) =>
      `En un día se encontró en el registro de actividad de Customer.io 1 informe que ningún webhook trajo (${names}).`,
    reportsLost: (count, names) =>
      `En un día se encontraron en el registro de actividad de Customer.io ${count} informes que ningún webhook trajo (${names}).`,
    reportingMissing:
      'Customer.io no tiene un webhook de informes para esta conexión, así que las aperturas, los clics y las bajas no se muestran en Kommo.',
    reportingDisabled: (name) => `El webhook de informes "${name}" está desactivado.`,
    reportingElsewhere: (address, wanted) => `El webhook de informes lleva a ${address}, no a ${wanted}.`,
    reportingLacksEvents: (names) =>
      `El webhook de informes no envía ${names}, así que las reglas correspondientes no hacen nada.`,
    rulesNone: 'Todavía no se han publicado reglas, así que no se hace nada.',
    rulesEmpty: 'Las reglas están vacías, así que no se hace nada.',
    rulesWithoutStages: 'Ninguna regla nombra una etapa, así que ningún lead inicia una campaña.',
    rulesNeverMatch: (moves) =>
      `${moves} leads cambiaron de etapa en una semana, y ninguno dio lugar a un evento.`,
    connectionWaiting: (why) => `La conexión no puede iniciarse: ${why}`,
    connectionNotRun: (connection) => `Ningún proceso ejecuta ${connection}.`,
    connectionPaused: (connection) => `${connection} está en pausa. Sus webhooks se guardan.`,
    planningWaits: (why) => `El procesamiento de cambios de etapa e informes espera: ${reason(why)}`,
    planningIsLate: (since) =>
      `Procesamiento de cambios de etapa e informes: el más antiguo espera desde hace ${time(since)}.`,
    eventSetAside: 'En un día, 1 evento no se pudo planificar y no tuvo efecto.',
    eventsSetAside: (count) => `En un día, ${count} eventos no se pudieron planificar y no tuvieron efecto.`,
    dealHeld: '1 lead está retenido: demasiados entraron a la vez en una etapa.',
    dealHeldFor: (since) =>
      `1 lead está retenido, el primero desde hace ${time(since)}: demasiados entraron a la vez en una etapa.`,
    dealsHeld: (count) => `${count} leads están retenidos: demasiados entraron a la vez en una etapa.`,
    dealsHeldFor: (count, since) =>
      `${count} leads están retenidos, el primero desde hace ${time(since)}: demasiados entraron a la vez en una etapa.`,
    webhooksWaiting: (since) => `Hay webhooks a la espera desde hace ${time(since)}.`,
    deliveryWaits: (side, why) => `La entrega a ${side} espera: ${reason(why)}`,
    deliveryIsLate: (side, since) => `Entrega a ${side}: lo más antiguo espera desde hace ${time(since)}.`,
    deadLetters: (side) => `Hay acciones para ${side} que fallaron y no se reintentarán automáticamente.`,
    databaseUnreachable: (error) => `No se puede acceder a la base de datos: ${error}`,
    databaseSlow: (seconds) => `La base de datos tardó ${seconds} s en una consulta pequeña.`,
    webhooksNotStored: 'Los webhooks no se pueden guardar y se responden con 503.',
    kommoAccountTwice: (one, other, id) =>
      `${one} y ${other} tienen la misma cuenta de Kommo (id ${id}), así que cada cambio cuenta dos veces.`,
    workspaceTwice: (one, other, id) =>
      `${one} y ${other} envían al mismo espacio de trabajo de Customer.io (id ${id}), así que un cliente de ambas es allí una sola persona.`,
    clockAhead: (seconds) =>
      `El reloj de esta máquina va ${seconds} s por delante de los de Kommo y Customer.io.`,
    clockBehind: (seconds) =>
      `El reloj de esta máquina va ${seconds} s por detrás de los de Kommo y Customer.io.`,
  },

  meanings: {
    kommo_token_refused:
      'Kommo rechaza el token (401). Los leads no se pueden leer ni escribir; los webhooks se guardan.',
    kommo_unpaid: 'Kommo responde que la cuenta está pendiente de pago (402).',
    kommo_rights_missing: 'El token no tiene permiso para una llamada que hace Stagepost (403).',
    kommo_blocked: 'Kommo ha bloqueado la cuenta o esta dirección IP (página 403).',
    kommo_throttled: 'Kommo pide ir más despacio (429), así que durante un rato no se envía nada.',
    kommo_unreachable:
      'Kommo no responde: no se encuentra el nombre, se rechaza la conexión o se agota el tiempo.',
    kommo_failing: 'Kommo responde con errores (5xx), u otra cosa responde en su lugar.',
    kommo_wrong_address: 'Ninguna cuenta de Kommo responde en la dirección configurada.',
    track_keys_refused:
      'Customer.io rechaza el Site ID y la clave de la Track API (401). No se envía ningún evento.',
    track_rights_missing:
      'Customer.io rechaza la cuenta o los permisos de la clave de Track (402, 403, 451).',
    track_wrong_address: 'La Track API no está en la dirección configurada, o redirige a otra ajena.',
    track_throttled: 'La Track API pide ir más despacio (429).',
    track_unreachable: 'La Track API de Customer.io no responde.',
    track_failing: 'La Track API de Customer.io responde con errores, u otra cosa responde en su lugar.',
    app_key_refused:
      'Customer.io rechaza la clave de la App API (401). No se puede consultar a las personas.',
    app_failing: 'La App API de Customer.io no responde, o responde con errores.',
    reports_stale:
      'Los informes de Customer.io se rechazan porque su hora difiere más de 300 s de la de este reloj.',
    rules_name_missing: 'Las reglas nombran un embudo, una etapa o un campo que Kommo ya no tiene.',
    rules_field_missing:
      'Una reacción escribe un campo del lead que Kommo no tiene, o un valor que el campo no admite.',
    rules_not_active:
      'Las reglas publicadas más recientes no se pueden usar, así que está activa una versión anterior.',
    rules_unreadable: 'Las reglas guardadas no se pueden leer.',
    connection_unreadable: 'Este proceso no puede leer una conexión de la base de datos, y no la ejecuta.',
    connection_change_unreadable:
      'Este proceso no puede leer el último cambio de una conexión de la base de datos, y la ejecuta como antes.',
    disk_nearly_full: 'El disco de la carpeta de datos está casi lleno.',
    disk_fills_up:
      'El disco de la carpeta de datos se llenará en menos de 30 días, al ritmo de la última semana.',
    database_fills_up:
      'La base de datos casi ha alcanzado su límite, o lo alcanzará en menos de 30 días al ritmo de la última semana.',
  },

  todos: {
    kommo_token_unproven: firstCall,
    kommo_token_refused: `Crear un token de larga duración en ${keysOfKommo}, e ${enterToken}.`,
    kommo_token_ends: `Crear un token nuevo en ${keysOfKommo}, e ${enterToken}.`,
    kommo_token_ends_soon: `Crear ahora un token nuevo en ${keysOfKommo}, e ${enterToken}.`,
    kommo_token_ended: `Crear un token nuevo en ${keysOfKommo}, e ${enterToken}.`,
    kommo_access_missing: authorize,
    kommo_access_withdrawn: authorize,
    kommo_access_not_renewed: retries,
    kommo_access_ends: authorize,
    kommo_unpaid: 'Pagar la cuenta en Kommo > Ajustes > Facturación.',
    kommo_rights_missing:
      'Crear el token como administrador de la cuenta: un token tiene los permisos de su usuario.',
    kommo_blocked:
      'Detener los otros programas que llaman demasiado a esta cuenta, y pedir al soporte de Kommo que retire el bloqueo.',
    kommo_throttled: `${retries} Si persiste, buscar otros programas que agoten las 7 llamadas por segundo de esta cuenta.`,
    kommo_unreachable: `Comprobar kommo.url, la red, el DNS y el cortafuegos de esta máquina. ${retries}`,
    kommo_failing: `${retries} Si persiste, comprobar kommo.url y los proxies, o preguntar al soporte de Kommo.`,
    kommo_wrong_address: 'Corregir kommo.url en stagepost.yaml y reiniciar.',
    kommo_webhook_unproven: 'Mover un lead a otra etapa en Kommo. El webhook llega en cuestión de segundos.',
    kommo_webhook_missing: `Registrarlo en la página Conexiones, o a mano en ${hooksOfKommo}.`,
    kommo_webhook_disabled: `Asegurarse de que Stagepost es accesible; después abrir el webhook en ${hooksOfKommo} y volver a guardarlo.`,
    kommo_webhook_elsewhere: `Cambiar su dirección en ${hooksOfKommo}, o corregir --public-url.`,
    kommo_webhook_wrong_secret: `Registrar otra vez el webhook en la página Conexiones, o poner en kommo.webhook_secret la última parte de su dirección en ${hooksOfKommo}.`,
    kommo_webhook_lacks_events: `Corregirlo en la página Conexiones, o marcar los eventos en ${hooksOfKommo}.`,
    kommo_webhook_silent: `Probar el webhook en la página Conexiones. Comprobar su dirección en ${hooksOfKommo}, el proxy y el cortafuegos. Entretanto los cambios se leen del registro de eventos, con hasta cinco minutos de retraso.`,
    kommo_log_unproven: 'Esperar la primera lectura, que tarda menos de un minuto.',
    kommo_log_stalled:
      'Comprobar en la página Conexiones si el token puede leer eventos: necesita los permisos de un administrador. El error está en el log de Stagepost.',
    kommo_log_unread:
      'Buscar en Kommo los leads que entraron en una etapa en ese tiempo, e iniciar sus campañas a mano donde todavía tenga sentido. Todo lo demás está bien.',
    webhooks_not_stored: 'Comprobar la base de datos: ¿es accesible, está lleno su disco?',
    track_keys_unproven: firstCall,
    track_keys_refused: `Copiar ambos de ${keysOfCustomerio} > Tracking API Keys y reiniciar.`,
    track_wrong_region: 'Corregir customerio.region en stagepost.yaml y reiniciar.',
    track_rights_missing: 'Comprobar la cuenta y su plan en Customer.io.',
    track_wrong_address: 'Corregir customerio.region y customerio.track_url en stagepost.yaml y reiniciar.',
    track_throttled: retries,
    track_unreachable: `Comprobar la red, el DNS y el cortafuegos de esta máquina. ${retries}`,
    track_failing: `${retries} Si persiste, comprobar los proxies del camino, o preguntar al soporte de Customer.io.`,
    app_key_unproven: firstCall,
    app_key_refused: `Crear una clave en ${keysOfCustomerio} > App API Keys, ponerla en customerio.app_key y reiniciar.`,
    app_failing: `${retries} Comprobar customerio.app_url, la red y los proxies.`,
    signing_key_unproven:
      'Enviarse un correo de una campaña y abrirlo. La clave queda comprobada con el primer informe que se verifique.',
    reports_refused: `Copiar la clave de firma de la página del webhook de informes en ${hooksOfCustomerio}, ponerla en customerio.signing_key y reiniciar. Tras un informe rechazado, Customer.io espera hasta una hora o más antes de volver a enviar.`,
    reports_stale: 'Corregir el reloj de esta máquina: activar NTP.',
    reports_held_back: heldBack,
    reports_stopped: `Comprobar que alguna campaña envía correos, y la dirección del webhook de informes en ${hooksOfCustomerio}.`,
    reports_lost: `Comprobar la dirección y los eventos del webhook de informes en ${hooksOfCustomerio}, el proxy y el cortafuegos. Las aperturas y los clics del registro cuentan como de una máquina hasta que llega su webhook.`,
    reporting_webhook_missing: `Añadir uno en ${hooksOfCustomerio}; la página Conexiones muestra su dirección y sus eventos.`,
    reporting_webhook_disabled: `Activarlo en ${hooksOfCustomerio}.`,
    reporting_webhook_elsewhere: `Cambiar su dirección en ${hooksOfCustomerio}, o corregir --public-url.`,
    reporting_webhook_lacks_events: `Marcarlos en ${hooksOfCustomerio}.`,
    rules_missing: 'Publicar reglas en la página Reglas.',
    rules_without_stages: 'Añadir una regla para una etapa en la página Reglas.',
    rules_never_match:
      'Comparar las etapas de las reglas con aquellas en las que entran los leads; la página Actividad muestra los motivos.',
    rules_name_missing: 'Corregir el nombre en las reglas, o volver a crearlo en Kommo.',
    rules_field_missing: 'Corregirlo en la página Conexiones, que crea el campo.',
    rules_not_active: 'Corregir las reglas y publicarlas de nuevo, o restaurar la versión anterior.',
    rules_unreadable: 'Publicar reglas válidas, o restaurar una versión anterior.',
    connection_waiting: 'Corregir lo que indica el motivo. Stagepost lo vuelve a intentar cada 10 a 30 s.',
    connection_paused: 'Reanudarla en la página Conexiones. Sigue donde se detuvo.',
    connection_not_run: 'Iniciar un proceso con esta conexión, y mirar el log de los otros.',
    planning_waiting: byReason,
    events_set_aside:
      'La página Actividad muestra el motivo de cada uno. Corregir los textos de las reglas y publicarlas.',
    deals_held: 'Decidir en la página Leads retenidos si se envían, o empezar con stagepost held list.',
    webhooks_waiting:
      'Hay sobrecarga, o la conexión no se ejecuta. La página Actividad muestra lo que espera.',
    kommo_delivery_waiting: byReason,
    customerio_delivery_waiting: byReason,
    kommo_dead_letters: deadLetters,
    customerio_dead_letters: deadLetters,
    connection_unreadable: asConnections,
    connection_change_unreadable: asConnections,
    kommo_account_twice: 'Quitar una de ellas, o corregir su dirección y su token.',
    customerio_workspace_twice:
      'Si no es intencionado, dar a una de ellas las claves de otro espacio de trabajo.',
    database_unreachable: 'Iniciar la base de datos, y comprobar DATABASE_URL, la red y el disco.',
    database_slow: 'Revisar la carga de la base de datos y del disco.',
    disk_nearly_full: 'Liberar espacio, o acortar retention.',
    disk_fills_up: 'Ampliar el disco, acortar retention, o averiguar qué más crece en él.',
    database_fills_up: 'Dar más disco al servidor y subir el límite, o acortar retention.',
    clock_off: 'Corregir el reloj: activar NTP.',
  },

  otherTodos: {
    setRegion: (region) => `Poner customerio.region: ${region} y reiniciar.`,
    authorize: 'Pulsar "Autorizar de nuevo" en la página Conexiones',
    authorizeAt: (address) => `Pulsar "Autorizar de nuevo" en la página Conexiones: ${address}`,
    heldBack,
  },

  proofs: {
    kommo_token: {
      title: 'Kommo acepta el token',
      by: 'una llamada que Kommo aceptó',
      todo: 'Stagepost consulta a Kommo por sí mismo, en menos de un minuto.',
    },
    kommo_webhook: {
      title: 'El webhook de Kommo llega',
      by: 'un webhook que llegó de Kommo',
      todo: 'Mover un lead a otra etapa en Kommo.',
    },
    kommo_log: {
      title: 'El registro de eventos de Kommo se lee',
      by: 'una lectura del registro de eventos',
      todo: 'Stagepost lo lee por sí mismo, en menos de un minuto.',
    },
    track_keys: {
      title: 'Customer.io acepta las claves de Track',
      by: 'una llamada que la Track API aceptó',
      todo: proven,
    },
    app_key: {
      title: 'Customer.io acepta la clave de la App API',
      by: 'una llamada que la App API aceptó',
      todo: proven,
    },
    signing_key: {
      title: 'Los informes de Customer.io se verifican',
      by: 'un informe que se verificó',
      todo: 'Enviarse un correo de una campaña y abrirlo. Una prueba no puede comprobar la clave de firma.',
    },
    rules: {
      title: 'Las reglas están activas',
      by: 'la conexión en marcha',
      todo: 'Publicar reglas en la página Reglas.',
    },
  },
};

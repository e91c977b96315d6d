import type { HealthSentences } from './en.ts';

const keysOfKommo = 'Kommo > Configurações > Integrações > a integração privada > Chaves e escopos';
const enterToken =
  'informe-o na página Conexões em "Trocar as chaves"; para uma conexão de stagepost.yaml, coloque-o em kommo.token e reinicie';
const authorize =
  'Clique em "Autorizar de novo" na página Conexões e permita o acesso no Kommo como administrador.';
const hooksOfKommo = 'Kommo > Configurações > Integrações > Webhooks';
const keysOfCustomerio = 'Customer.io > Settings > Account Settings > API Credentials';
const hooksOfCustomerio = 'Customer.io > Integrations > Reporting Webhooks';
const retries = 'Nada se perde: o Stagepost tenta de novo sozinho.';
const firstCall = 'Espere a primeira chamada, que leva menos de um minuto.';
const byReason = `${retries} O motivo diz o que corrigir.`;
const asConnections = 'Faça o que a página Conexões diz sobre ela.';
const deadLetters = 'Corrija a causa e depois reenvie-as ou descarte-as na página Problemas.';
const heldBack = 'Espere o próximo relatório. Então o Customer.io envia os que segurou, e nada se perde.';
const proven = 'O Stagepost consulta o Customer.io sozinho, em menos de um minuto.';

/** `4 days` as Portuguese says it. */
const time = (text: string) => text.replace(/ days$/, ' dias');
const reason = (text: string) => (text === 'it is tried again' ? 'está sendo tentado de novo' : text);

export const health: HealthSentences = {
  messages: {
    kommoTokenUnproven: 'O Kommo ainda não aceitou o token.',
    kommoTokenEnded: (day) => `O token do Kommo expirou em ${day}.`,
    kommoTokenEndsTomorrow: (day) => `O token do Kommo expira em 1 dia, em ${day}.`,
    kommoTokenEnds: (days, day) => `O token do Kommo expira em ${days} dias, em ${day}.`,
    kommoAccessMissing: 'Ninguém concedeu acesso ao Kommo ainda.',
    kommoAccessWithdrawn: 'O Kommo não renova mais o acesso.',
    kommoAccessWithdrawnBy: (trouble) => `O Kommo não renova mais o acesso. ${trouble}`,
    kommoAccessNotRenewed: (trouble) => `O acesso ao Kommo não é renovado. ${trouble}`,
    kommoAccessEndsTomorrow: (day) =>
      `O acesso ao Kommo não é renovado há semanas e termina em 1 dia, em ${day}.`,
    kommoAccessEnds: (days, day) =>
      `O acesso ao Kommo não é renovado há semanas e termina em ${days} dias, em ${day}.`,
    kommoLogStalled: (minutes) =>
      `O registro de eventos do Kommo não é lido há ${minutes} min. As mudanças de etapa não são percebidas.`,
    kommoLogUnproven: 'O registro de eventos do Kommo ainda não foi lido.',
    kommoLogUnread: (since, until) =>
      `As mudanças de etapa de ${since} a ${until} são antigas demais para serem lidas do Kommo: as que nenhum webhook informou se perderam.`,
    kommoWebhookUnproven: 'Nenhum webhook do Kommo chegou ainda.',
    kommoWebhookMissing: 'O Kommo não tem nenhum webhook que leve a esta conexão.',
    kommoWebhookDisabled: (address) => `O Kommo desativou o webhook para ${address}.`,
    kommoWebhookElsewhere: (address, wanted) => `O webhook do Kommo leva a ${address}, e não a ${wanted}.`,
    kommoWebhookOtherSecret: (address) =>
      `O webhook do Kommo para ${address} tem um segredo diferente de kommo.webhook_secret.`,
    kommoWebhookRefused: 'Um webhook chegou com um segredo errado e foi recusado.',
    kommoWebhooksRefused: (count) => `${count} webhooks chegaram com um segredo errado e foram recusados.`,
    kommoWebhookLacksEvents: (events) => `O webhook do Kommo não informa: ${events}.`,
    kommoWebhookSilent: (minutes) =>
      `Um lead mudou de etapa no Kommo há ${minutes} min, e nenhum webhook chegou desde então.`,
    trackUnproven: 'O Customer.io ainda não aceitou as chaves de Track.',
    trackWrongRegion: (actual, configured) =>
      `A conta do Customer.io está em ${actual}, e customerio.region diz ${configured}.`,
    appUnproven: 'O Customer.io ainda não aceitou a chave da App API.',
    signingKeyUnproven: 'Nenhum relatório do Customer.io foi verificado com a chave de assinatura ainda.',
    signingKeyChanged: (at) =>
      `A chave de assinatura foi trocada. O último relatório foi recusado às ${at} UTC, e o Customer.io não envia nada por uma hora ou mais depois de uma recusa.`,
    reportRefused: (at) =>
      `Os relatórios do Customer.io são recusados porque a assinatura não confere (1 relatório, o último às ${at} UTC).`,
    reportsRefused: (count, at) =>
      `Os relatórios do Customer.io são recusados porque a assinatura não confere (${count} relatórios, o último às ${at} UTC).`,
    reportsHeldBack: (at) =>
      `O último relatório foi recusado às ${at} UTC com a chave de assinatura anterior, e o Customer.io não envia nada por uma hora ou mais depois de uma recusa.`,
    reportsStopped: (events, at) =>
      `O Customer.io aceitou ${events} eventos desde o seu último relatório, em ${at} UTC.`,
    reportLost: (names) =>
      `Em um dia, 1 relatório foi encontrado no registro de atividade do Customer.io sem que nenhum webhook o trouxesse (${names}).`,
    reportsLost: (count, names) =>
      `Em um dia, ${count} relatórios foram encontrados no registro de atividade do Customer.io sem que nenhum webhook os trouxesse (${names}).`,
    reportingMissing:
      'O Customer.io não tem um webhook de relatórios para esta conexão, então aberturas, cliques e cancelamentos de inscrição não aparecem no Kommo.',
    reportingDisabled: (name) => `O webhook de relatórios "${name}" está desativado.`,
    reportingElsewhere: (address, wanted) => `O webhook de relatórios leva a ${address}, e não a ${wanted}.`,
    reportingLacksEvents: (names) =>
      `O webhook de relatórios não envia ${names}, então as regras correspondentes não fazem nada.`,
    rulesNone: 'Nenhuma regra foi publicada ainda, então nada é feito.',
    rulesEmpty: 'As regras estão vazias, então nada é feito.',
    rulesWithoutStages: 'Nenhuma regra cita uma etapa, então nenhum lead inicia uma campanha.',
    rulesNeverMatch: (moves) => `${moves} leads mudaram de etapa em uma semana, e nenhum gerou um evento.`,
    connectionWaiting: (why) => `A conexão não consegue iniciar: ${why}`,
    connectionNotRun: (connection) => `Nenhum processo executa ${connection}.`,
    connectionPaused: (connection) => `${connection} está em pausa. Seus webhooks são guardados.`,
    planningWaits: (why) => `O processamento de mudanças de etapa e relatórios espera: ${reason(why)}`,
    planningIsLate: (since) =>
      `Processamento de mudanças de etapa e relatórios: o mais antigo espera há ${time(since)}.`,
    eventSetAside: 'Em um dia, 1 evento não pôde ser planejado e não teve efeito.',
    eventsSetAside: (count) => `Em um dia, ${count} eventos não puderam ser planejados e não tiveram efeito.`,
    dealHeld: '1 lead está retido: muitos entraram em uma etapa ao mesmo tempo.',
    dealHeldFor: (since) =>
      `1 lead está retido, o primeiro há ${time(since)}: muitos entraram em uma etapa ao mesmo tempo.`,
    dealsHeld: (count) => `${count} leads estão retidos: muitos entraram em uma etapa ao mesmo tempo.`,
    dealsHeldFor: (count, since) =>
      `${count} leads estão retidos, o primeiro há ${time(since)}: muitos entraram em uma etapa ao mesmo tempo.`,
    webhooksWaiting: (since) => `Há webhooks à espera há ${time(since)}.`,
    deliveryWaits: (side, why) => `A entrega ao ${side} espera: ${reason(why)}`,
    deliveryIsLate: (side, since) => `Entrega ao ${side}: o item mais antigo espera há ${time(since)}.`,
    deadLetters: (side) => `Há ações para o ${side} que falharam e não serão reenviadas automaticamente.`,
    databaseUnreachable: (error) => `Não é possível acessar o banco de dados: ${error}`,
    databaseSlow: (seconds) => `O banco de dados levou ${seconds} s em uma consulta pequena.`,
    webhooksNotStored: 'Os webhooks não podem ser guardados e são respondidos com 503.',
    kommoAccountTwice: (one, other, id) =>
      `${one} e ${other} têm a mesma conta do Kommo (id ${id}), então cada mudança conta duas vezes.`,
    workspaceTwice: (one, other, id) =>
      `${one} e ${other} enviam para o mesmo workspace do Customer.io (id ${id}), então um cliente de ambas é uma só pessoa lá.`,
    clockAhead: (seconds) =>
      `O relógio desta máquina está ${seconds} s adiantado em relação aos do Kommo e do Customer.io.`,
    clockBehind: (seconds) =>
      `O relógio desta máquina está ${seconds} s atrasado em relação aos do Kommo e do Customer.io.`,
  },

  meanings: {
    kommo_token_refused:
      'O Kommo recusa o token (401). Os leads não podem ser lidos nem escritos; os webhooks são guardados.',
    kommo_unpaid: 'O Kommo responde que a conta precisa ser paga (402).',
    kommo_rights_missing: 'O token não tem permissão para uma chamada que o Stagepost faz (403).',
    kommo_blocked: 'O Kommo bloqueou a conta ou este endereço IP (página 403).',
    kommo_throttled: 'O Kommo pede para ir mais devagar (429), então nada é enviado por um tempo.',
    kommo_unreachable:
      'O Kommo não responde: o nome não é encontrado, a conexão é recusada ou o tempo se esgota.',
    kommo_failing: 'O Kommo responde com erros (5xx), ou outra coisa responde no lugar dele.',
    kommo_wrong_address: 'Nenhuma conta do Kommo responde no endereço configurado.',
    track_keys_refused:
      'O Customer.io recusa o Site ID e a chave da Track API (401). Nenhum evento é enviado.',
    track_rights_missing: 'O Customer.io recusa a conta ou as permissões da chave de Track (402, 403, 451).',
    track_wrong_address:
      'A Track API não está no endereço configurado, ou redireciona para um endereço alheio.',
    track_throttled: 'A Track API pede para ir mais devagar (429).',
    track_unreachable: 'A Track API do Customer.io não responde.',
    track_failing: 'A Track API do Customer.io responde com erros, ou outra coisa responde no lugar dela.',
    app_key_refused: 'O Customer.io recusa a chave da App API (401). Não é possível consultar pessoas.',
    app_failing: 'A App API do Customer.io não responde, ou responde com erros.',
    reports_stale:
      'Os relatórios do Customer.io são recusados porque o horário deles difere mais de 300 s do deste relógio.',
    rules_name_missing: 'As regras citam um funil, uma etapa ou um campo que o Kommo não tem mais.',
    rules_field_missing:
      'Uma reação define um campo do lead que o Kommo não tem, ou um valor que o campo não aceita.',
    rules_not_active:
      'As regras publicadas mais recentes não podem ser usadas, então uma versão anterior está ativa.',
    rules_unreadable: 'As regras salvas não podem ser lidas.',
    connection_unreadable: 'Este processo não consegue ler uma conexão do banco de dados, e não a executa.',
    connection_change_unreadable:
      'Este processo não consegue ler a última mudança de uma conexão do banco de dados, e a executa como antes.',
    disk_nearly_full: 'O disco da pasta de dados está quase cheio.',
    disk_fills_up: 'O disco da pasta de dados ficará cheio em menos de 30 dias, no ritmo da última semana.',
    database_fills_up:
      'O banco de dados quase atingiu o limite, ou vai atingi-lo em menos de 30 dias no ritmo da última semana.',
  },

  todos: {
    kommo_token_unproven: firstCall,
    kommo_token_refused: `Crie um token de longa duração em ${keysOfKommo}, e ${enterToken}.`,
    kommo_token_ends: `Crie um token novo em ${keysOfKommo}, e ${enterToken}.`,
    kommo_token_ends_soon: `Crie agora um token novo em ${keysOfKommo}, e ${enterToken}.`,
    kommo_token_ended: `Crie um token novo em ${keysOfKommo}, e ${enterToken}.`,
    kommo_access_missing: authorize,
    kommo_access_withdrawn: authorize,
    kommo_access_not_renewed: retries,
    kommo_access_ends: authorize,
    kommo_unpaid: 'Pague a conta em Kommo > Configurações > Faturamento.',
    kommo_rights_missing:
      'Crie o token como administrador da conta: um token tem as permissões do seu usuário.',
    kommo_blocked:
      'Pare outros programas que chamam esta conta vezes demais, e peça ao suporte do Kommo que retire o bloqueio.',
    kommo_throttled: `${retries} Se persistir, procure outros programas que gastem as 7 chamadas por segundo desta conta.`,
    kommo_unreachable: `Verifique kommo.url, a rede, o DNS e o firewall desta máquina. ${retries}`,
    kommo_failing: `${retries} Se persistir, verifique kommo.url e os proxies, ou pergunte ao suporte do Kommo.`,
    kommo_wrong_address: 'Corrija kommo.url em stagepost.yaml e reinicie.',
    kommo_webhook_unproven: 'Mova um lead para outra etapa no Kommo. O webhook chega em segundos.',
    kommo_webhook_missing: `Registre-o na página Conexões, ou à mão em ${hooksOfKommo}.`,
    kommo_webhook_disabled: `Garanta que o Stagepost esteja acessível; depois abra o webhook em ${hooksOfKommo} e salve-o de novo.`,
    kommo_webhook_elsewhere: `Mude o endereço dele em ${hooksOfKommo}, ou corrija --public-url.`,
    kommo_webhook_wrong_secret: `Registre o webhook de novo na página Conexões, ou coloque em kommo.webhook_secret a última parte do endereço dele em ${hooksOfKommo}.`,
    kommo_webhook_lacks_events: `Corrija na página Conexões, ou marque os eventos em ${hooksOfKommo}.`,
    kommo_webhook_silent: `Teste o webhook na página Conexões. Verifique o endereço dele em ${hooksOfKommo}, o proxy e o firewall. Enquanto isso, as mudanças são lidas do registro de eventos, com até cinco minutos de atraso.`,
    kommo_log_unproven: 'Espere a primeira leitura, que leva menos de um minuto.',
    kommo_log_stalled:
      'Verifique na página Conexões se o token pode ler eventos: ele precisa das permissões de um administrador. O erro está no log do Stagepost.',
    kommo_log_unread:
      'Procure no Kommo os leads que entraram em uma etapa nesse período, e inicie as campanhas deles à mão onde ainda fizer sentido. Todo o resto está certo.',
    webhooks_not_stored: 'Verifique o banco de dados: ele está acessível, o disco dele está cheio?',
    track_keys_unproven: firstCall,
    track_keys_refused: `Copie ambos de ${keysOfCustomerio} > Tracking API Keys e reinicie.`,
    track_wrong_region: 'Corrija customerio.region em stagepost.yaml e reinicie.',
    track_rights_missing: 'Verifique a conta e o plano dela no Customer.io.',
    track_wrong_address: 'Corrija customerio.region e customerio.track_url em stagepost.yaml e reinicie.',
    track_throttled: retries,
    track_unreachable: `Verifique a rede, o DNS e o firewall desta máquina. ${retries}`,
    track_failing: `${retries} Se persistir, verifique os proxies no caminho, ou pergunte ao suporte do Customer.io.`,
    app_key_unproven: firstCall,
    app_key_refused: `Crie uma chave em ${keysOfCustomerio} > App API Keys, coloque-a em customerio.app_key e reinicie.`,
    app_failing: `${retries} Verifique customerio.app_url, a rede e os proxies.`,
    signing_key_unproven:
      'Envie a si mesmo um e-mail de uma campanha e abra-o. A chave fica comprovada com o primeiro relatório verificado.',
    reports_refused: `Copie a chave de assinatura da página do webhook de relatórios em ${hooksOfCustomerio}, coloque-a em customerio.signing_key e reinicie. Depois de um relatório recusado, o Customer.io espera até uma hora ou mais antes de enviar de novo.`,
    reports_stale: 'Corrija o relógio desta máquina: ative o NTP.',
    reports_held_back: heldBack,
    reports_stopped: `Verifique se alguma campanha envia e-mails, e o endereço do webhook de relatórios em ${hooksOfCustomerio}.`,
    reports_lost: `Verifique o endereço e os eventos do webhook de relatórios em ${hooksOfCustomerio}, o proxy e o firewall. Aberturas e cliques do registro contam como de uma máquina até que o webhook deles chegue.`,
    reporting_webhook_missing: `Adicione um em ${hooksOfCustomerio}; a página Conexões mostra o endereço e os eventos.`,
    reporting_webhook_disabled: `Ative-o em ${hooksOfCustomerio}.`,
    reporting_webhook_elsewhere: `Mude o endereço dele em ${hooksOfCustomerio}, ou corrija --public-url.`,
    reporting_webhook_lacks_events: `Marque-os em ${hooksOfCustomerio}.`,
    rules_missing: 'Publique regras na página Regras.',
    rules_without_stages: 'Adicione uma regra para uma etapa na página Regras.',
    rules_never_match:
      'Compare as etapas das regras com aquelas em que os leads entram; a página Atividade mostra os motivos.',
    rules_name_missing: 'Corrija o nome nas regras, ou crie-o de novo no Kommo.',
    rules_field_missing: 'Corrija na página Conexões, que cria o campo.',
    rules_not_active: 'Corrija as regras e publique-as de novo, ou restaure a versão anterior.',
    rules_unreadable: 'Publique regras válidas, ou restaure uma versão anterior.',
    connection_waiting: 'Corrija o que o motivo cita. O Stagepost tenta de novo a cada 10 a 30 s.',
    connection_paused: 'Retome-a na página Conexões. Ela continua de onde parou.',
    connection_not_run: 'Inicie um processo com esta conexão, e olhe o log dos outros.',
    planning_waiting: byReason,
    events_set_aside:
      'A página Atividade mostra o motivo de cada um. Corrija os textos das regras e publique-as.',
    deals_held: 'Decida na página Retidos se eles são enviados, ou comece com stagepost held list.',
    webhooks_waiting:
      'Há sobrecarga, ou a conexão não está em execução. A página Atividade mostra o que espera.',
    kommo_delivery_waiting: byReason,
    customerio_delivery_waiting: byReason,
    kommo_dead_letters: deadLetters,
    customerio_dead_letters: deadLetters,
    connection_unreadable: asConnections,
    connection_change_unreadable: asConnections,
    kommo_account_twice: 'Remova uma delas, ou corrija o endereço e o token.',
    customerio_workspace_twice: 'Se não for intencional, dê a uma delas as chaves de outro workspace.',
    database_unreachable: 'Inicie o banco de dados, e verifique DATABASE_URL, a rede e o disco.',
    database_slow: 'Veja a carga do banco de dados e do disco.',
    disk_nearly_full: 'Libere espaço, ou encurte retention.',
    disk_fills_up: 'Aumente o disco, encurte retention, ou descubra o que mais cresce nele.',
    database_fills_up: 'Dê mais disco ao servidor e aumente o limite, ou encurte retention.',
    clock_off: 'Corrija o relógio: ative o NTP.',
  },

  otherTodos: {
    setRegion: (region) => `Defina customerio.region: ${region} e reinicie.`,
    authorize: 'Clique em "Autorizar de novo" na página Conexões',
    authorizeAt: (address) => `Clique em "Autorizar de novo" na página Conexões: ${address}`,
    heldBack,
  },

  proofs: {
    kommo_token: {
      title: 'O Kommo aceita o token',
      by: 'uma chamada que o Kommo aceitou',
      todo: 'O Stagepost consulta o Kommo sozinho, em menos de um minuto.',
    },
    kommo_webhook: {
      title: 'O webhook do Kommo chega',
      by: 'um webhook que chegou do Kommo',
      todo: 'Mova um lead para outra etapa no Kommo.',
    },
    kommo_log: {
      title: 'O registro de eventos do Kommo é lido',
      by: 'uma leitura do registro de eventos',
      todo: 'O Stagepost o lê sozinho, em menos de um minuto.',
    },
    track_keys: {
      title: 'O Customer.io aceita as chaves de Track',
      by: 'uma chamada que a Track API aceitou',
      todo: proven,
    },
    app_key: {
      title: 'O Customer.io aceita a chave da App API',
      by: 'uma chamada que a App API aceitou',
      todo: proven,
    },
    signing_key: {
      title: 'Os relatórios do Customer.io são verificados',
      by: 'um relatório que foi verificado',
      todo: 'Envie a si mesmo um e-mail de uma campanha e abra-o. Um teste não comprova a chave de assinatura.',
    },
    rules: {
      title: 'As regras estão ativas',
      by: 'a conexão em execução',
      todo: 'Publique regras na página Regras.',
    },
  },
};

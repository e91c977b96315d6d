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
 * All texts of the console in the Portuguese of Brazil, with the words that Kommo uses there: lead, funil, etapa, responsável.
 */

/** `1 nota`, `3 notas` */
function plural(count: number, word: string, many = `${word}s`): string {
  return `${number(count)} ${count === 1 ? word : many}`;
}

/** All texts of the console that do not come from the server. */
const texts: Texts['texts'] = {
  product: 'Stagepost',
  skipToContent: 'Ir para o conteúdo',
  nav: {
    label: 'Páginas',
    open: 'Abrir o menu',
    now: 'Visão geral',
    activity: 'Atividade',
    subject: 'Buscar cliente',
    failures: 'Problemas',
    held: 'Retidos',
    backfill: 'Clientes atuais',
    rules: 'Regras',
    connections: 'Conexões',
    system: 'Sistema',
    alerts: 'Alertas',
    board: 'Quadro da demo',
    people: 'Usuários',
    connection: 'Conexão',
    allConnections: 'Todas as conexões',
    toDark: 'Modo escuro',
    toLight: 'Modo claro',
    signOut: 'Sair',
    language: 'Idioma',
    signedInAs: (name: string, role: Role) => `${name} (${roleLabels[role]})`,
    demo: 'Demo: o Kommo e o Customer.io são simulados',
    demoShort: 'Demo',
  },
  revoked: {
    title: (connection: string) => `O Kommo não permite mais o acesso do Stagepost: ${connection}`,
    refused: 'O Kommo recusa o acesso que foi concedido.',
    nothingLost: 'Nada se perde até que um administrador do Kommo conceda o acesso de novo.',
    button: 'Autorizar de novo',
    onlyAdmins: 'Um administrador do Stagepost pode autorizar o acesso de novo.',
  },
  endingAccess: {
    title: (connection: string) => `O acesso ao Kommo está para vencer: ${connection}`,
    toConnections: 'Ir para Conexões',
  },
  states: {
    loading: 'Carregando …',
    failed: 'Não foi possível carregar esta página.',
    again: 'Tentar novamente',
    stale: (ago: string) => `Desatualizado: última resposta do Stagepost ${ago}. Tentando de novo.`,
    notFoundTitle: 'Página não encontrada',
    notFound: 'O endereço está errado, ou o registro foi excluído após o período de retenção.',
    toNow: 'Ir para a visão geral',
    broken:
      'Algo deu errado nesta página. Recarregue; se acontecer de novo, o console do navegador mostra os detalhes.',
  },
  signIn: {
    title: 'Entrar',
    demo: 'Entrar na demo',
    demoHint:
      'O Kommo e o Customer.io são simulados nesta máquina, por isso ninguém precisa de senha. A sessão terminou porque você saiu ou porque a demo foi reiniciada.',
    name: 'Nome',
    password: 'Senha',
    button: 'Entrar',
    firstTime:
      'Primeira vez aqui? Enquanto não existe nenhum usuário, o Stagepost mostra um link de uso único ao iniciar. Abra esse link para escolher um nome e uma senha.',
  },
  setup: {
    title: 'Boas-vindas ao Stagepost',
    lead: 'Escolha como você vai entrar a partir de agora.',
    name: 'Seu nome',
    nameHint: 'Deixe em branco se você recebeu um convite: seu nome já está definido.',
    password: 'Senha',
    passwordHint:
      'Pelo menos 10 caracteres. Várias palavras protegem mais do que símbolos; senhas comuns e o seu nome não são aceitos.',
    again: 'Repita a senha',
    differs: 'As senhas não coincidem.',
    button: 'Começar',
    noLink: 'O link está incompleto. Copie o endereço inteiro, inclusive a parte depois de #.',
  },
  now: {
    title: 'Visão geral',
    health: 'Saúde',
    good: 'Está tudo bem.',
    goodDetail: 'Os dois lados funcionam, com comprovação. Nada precisa da sua atenção.',
    needs: (count: number) => `${plural(count, 'problema precisa', 'problemas precisam')} de atenção`,
    warnings: (count: number) =>
      `Funciona, mas vale conferir ${count === 1 ? '1 ponto' : `${number(count)} pontos`}`,
    unfinished: (missing: number, all: number) =>
      `A configuração não terminou: ${missing === 1 ? 'falta' : 'faltam'} ${number(missing)} de ${plural(all, 'passo')}`,
    steps: 'Passos da configuração',
    done: 'Feito',
    left: 'Pendente',
    provenBy: (by: string) => `Comprovação: ${by}`,
    since: 'Começou',
    notNow: 'Agora não.',
    lastWorked: 'Funcionou pela última vez',
    lightLabels: { unknown: 'Não comprovado', warning: 'Aviso', broken: 'Problema' },
    pageLinks: {
      connections: 'Ver as verificações',
      failures: 'Ver os problemas',
      held: 'Ver os leads retidos',
      rules: 'Ver as regras',
      activity: 'Ver a atividade',
    },
    signingKey: 'Chave de assinatura',
    proofLabels: {
      proven: 'comprovada',
      unproven: 'ainda não comprovada',
      broken: 'notificações são recusadas',
    },
    starting: 'O Stagepost está iniciando.',
    webhook: 'Último webhook',
    logRead: 'Última leitura do histórico do Kommo',
    changes: 'Mudanças de etapa',
    polled: (seconds: number) => `lidas do histórico do Kommo a cada ${seconds} s`,
    call: 'Última chamada com sucesso',
    badCall: 'Última chamada com falha',
    access: 'Acesso',
    hook: 'Webhook',
    delivery: 'Entrega',
    waiting: 'Aguardando envio',
    oldest: 'Espera mais antiga',
    budget: 'Chamadas no último minuto',
    ofBudget: (used: number, most: number) => `${number(used)} de ${number(most)}`,
    never: 'ainda não',
    nothing: 'nada',
    elsewhere: 'executada por outro processo',
    accessLabels: { good: 'aceito', refused: 'recusado', unknown: 'ainda não testado' },
    hookLabels: {
      good: 'registrado, ainda não chamado',
      arrives: 'chegando',
      unknown: 'ainda não chamado',
    },
    hookItemLabels: {
      kommo_webhook_missing: 'não existe',
      kommo_webhook_disabled: 'desativado pelo Kommo',
      kommo_webhook_elsewhere: 'aponta para outro endereço',
      kommo_webhook_wrong_secret: 'tem outro segredo',
      kommo_webhook_lacks_events: 'faltam eventos',
      kommo_webhook_silent: 'não chega',
    } as Record<string, string>,
    laneLabels: {
      open: 'em execução',
      waiting: 'aguardando',
      held: 'em espera',
      stopped: 'não executada por este processo',
    },
    planning: 'Processamento',
    plan: 'eventos a processar',
    today: 'Hoje',
    moves: 'leads movidos',
    sent: 'eventos enviados',
    reports: 'notificações do Customer.io',
    failures: 'falhas',
    watches: 'timers de inatividade ativos',
    repaired: 'mudanças de etapa recuperadas',
    parked: 'notificações sem cliente correspondente',
    hints: {
      moves: 'Leads que entraram em uma etapa',
      sent: 'Eventos que o Customer.io aceitou; cada um inicia sua campanha',
      reports: 'Aberturas, cliques, descadastros e outros',
      failures: 'Ações que falharam e não serão reenviadas automaticamente',
      watches: 'Clientes de quem esperamos uma reação',
      repaired: 'Mudanças de etapa que nenhum webhook avisou, encontradas no histórico do Kommo',
      parked: 'Notificações sobre pessoas que ainda não têm lead',
    },
    catchingUp: 'Os números ainda estão sendo contados a partir do histórico armazenado.',
    charts: 'Ao longo do tempo',
    range: 'Período exibido',
    chartOut: 'Do Kommo para o Customer.io',
    chartBack: 'Do Customer.io para o Kommo',
    chartFailures: 'Falhas',
    chartEmpty: 'Nada neste período.',
    chartSummary: (title: string, sums: string) => `${title}: ${sums}`,
  },
  activity: {
    title: 'Atividade',
    find: 'Número do lead ou e-mail',
    deal: (id: number) => `lead ${id}`,
    findHint: 'ex.: 30000012 ou ana@acme.com',
    direction: 'Direção',
    kind: 'O quê',
    outcome: 'Resultado',
    period: 'Período',
    any: 'Qualquer',
    clear: 'Limpar filtros',
    remove: 'Remover este filtro',
    from: 'de',
    to: 'até',
    live: 'Ao vivo',
    paused: 'Pausado',
    pause: 'Pausar',
    goOn: 'Retomar',
    reconnecting: 'Desconectado; reconectando',
    past: 'Exibindo um período passado',
    waitingRows: (count: number) => `Mostrar ${plural(count, 'linha nova', 'linhas novas')}`,
    empty: 'Nada aconteceu ainda.',
    emptyHint: 'Mova um lead no Kommo para uma etapa com regra, e ele aparece aqui em um segundo.',
    noMatch: 'Nada corresponde a estes filtros.',
    older: 'Mostrar anteriores',
    searched: 'Registro mais antigo buscado:',
    end: 'Fim da lista.',
    shown: (count: number) => plural(count, 'linha exibida', 'linhas exibidas'),
    repaired: 'recuperado',
    repairedHint:
      'Nenhum webhook avisou esta mudança de etapa; o Stagepost a encontrou no histórico do Kommo',
    periods: {
      '1h': 'Última hora',
      '24h': 'Últimas 24 horas',
      '7d': 'Últimos 7 dias',
      '30d': 'Últimos 30 dias',
      own: 'Período personalizado',
    },
  },
  trace: {
    back: 'Atividade',
    happened: 'Aconteceu',
    outcome: 'Resultado',
    came: (side: string, id: number) => `O ${side} enviou o webhook ${id}`,
    noWebhook:
      'Nenhum webhook avisou esta mudança de etapa. O Stagepost a encontrou no histórico de eventos do Kommo.',
    clockCame: 'Um timer de inatividade terminou.',
    noRequest: 'O webhook foi excluído após o período de retenção.',
    body: 'Corpo',
    headers: 'Cabeçalhos',
    removed: 'Excluído após o período de retenção.',
    decision: 'Decisão',
    rule: 'Regra',
    noRule: 'Nada a fazer',
    rules: {
      consent: 'descadastros feitos no Kommo',
      'person.attributes': 'manter os atributos atualizados',
    } as Record<string, string>,
    byVersion: (version: number) => `Versão ${version} das regras`,
    parked: 'Aguardando',
    notYet: 'Ainda não processado',
    waitsForSide: (side: string) => `Espera até o ${side} voltar a funcionar; nada se perde.`,
    nothingToSend: 'Nada a enviar.',
    payload: 'Dados da requisição',
    attempts: 'Chamadas',
    noAnswer: 'sem resposta',
    took: (ms: number) => `${number(ms)} ms`,
    curl: 'Copiar como curl',
    copied: 'Copiado',
    replay: 'Reenviar …',
    inKommo: 'Lead no Kommo',
    inCustomerio: 'Pessoa no Customer.io',
    about: (what: string) => `Tudo sobre ${what}`,
    aboutDeal: (id: number) => `Tudo sobre o lead ${id}`,
    aboutNamed: (name: string, id: number) => `Tudo sobre ${name} (lead ${id})`,
    sameReport: 'o mesmo, notificado de novo',
    waitsFor: 'Aguardando a ação anterior',
    nextTry: 'Próxima tentativa',
    made: 'ID no Kommo',
    states: {
      waiting: 'aguardando',
      ready: 'pronta para envio',
      sending: 'enviando',
      done: 'concluída',
      dead: 'falhou',
      dropped: 'desnecessária',
    },
    notSent: 'não enviada',
  },
  subject: {
    title: 'Buscar cliente',
    answer: 'Em resumo',
    seeEvent: 'Ver detalhes',
    person: 'Pessoa',
    never: 'Nada foi enviado ao Customer.io sobre esta pessoa ainda.',
    noAttributes: 'Nenhum atributo.',
    history: 'O que o Stagepost definiu no Kommo',
    watches: 'Timers de inatividade',
    watch: (start: string, unless: string) => `Desde ${start}, até ${unless}`,
    runsOut: 'termina',
    started: 'iniciado',
    ended: 'encerrado',
    watchLabels: { running: 'ativo', stopped: 'parado: o cliente interagiu', fired: 'esgotado' },
    timeline: 'Linha do tempo, nas duas direções',
    noTimeline: 'Nenhum evento armazenado.',
    emails: 'E-mails',
    email: (subject: string | null) => (subject === null ? 'E-mail sem assunto' : `E-mail “${subject}”`),
    emailTo: (recipient: string) => `para ${recipient}`,
    probably: 'provavelmente',
    probablyHint: 'O Customer.io não informa qual etapa iniciou este e-mail. Esta é a última antes do envio.',
    older: 'Ver eventos anteriores em Atividade',
    updated: 'Atualizado',
    deal: (id: number) => `Lead ${id}`,
    setBy: 'por',
    notWritten: 'ainda não gravado no Kommo',
  },
  replay: {
    title: 'Reenviar',
    planning: 'Verificando o que isso faria …',
    head: (count: number) => `${plural(count, 'ação será enviada', 'ações serão enviadas')} novamente.`,
    nothing: 'Nada pode ser reenviado.',
    alongside: (count: number) =>
      count === 1
        ? '1 delas está incluída porque depende de uma selecionada, ou o contrário.'
        : `${number(count)} delas estão incluídas porque dependem de uma selecionada, ou o contrário.`,
    side: (side: string, what: string, calls: number) => `${side}: ${what}, em ${plural(calls, 'chamada')}`,
    least: (time: string) => `Leva pelo menos ${time}. Novas mudanças de etapa vão primeiro.`,
    old: (count: number) =>
      count === 1
        ? '1 evento tem mais de 72 horas: o Customer.io o armazena, mas não inicia campanha.'
        : `${number(count)} eventos têm mais de 72 horas: o Customer.io os armazena, mas não inicia campanhas.`,
    unsure: (count: number) =>
      `${plural(count, 'nota ou tarefa ficou', 'notas e tarefas ficaram')} sem resposta do Kommo. O Stagepost verifica antes no Kommo, para que nada seja gravado duas vezes.`,
    blockedRemoved: (count: number) =>
      `${plural(count, 'ação não pode', 'ações não podem')} ser ${count === 1 ? 'reenviada' : 'reenviadas'}: o conteúdo foi excluído após o período de retenção.`,
    blockedDiscarded: (count: number) =>
      `${plural(count, 'ação não pode', 'ações não podem')} ser ${count === 1 ? 'reenviada' : 'reenviadas'}: uma ação anterior foi descartada.`,
    start: (count: number) => `Reenviar ${number(count)}`,
    cancel: 'Cancelar',
    stop: 'Parar',
    stopping: 'Parando …',
    close: 'Fechar',
    closeWindow: 'Fechar esta janela',
    stays: 'Mantenha esta janela aberta até o reenvio terminar.',
    delivered: (count: number, total: number) => `${number(count)} de ${number(total)} entregues`,
    refused: (count: number) => `${plural(count, 'falhou', 'falharam')} novamente`,
    dropped: (count: number) => plural(count, 'desnecessária', 'desnecessárias'),
    tryingAgain: (count: number) =>
      count === 1
        ? '1 falhou e será reenviada automaticamente'
        : `${number(count)} falharam e serão reenviadas automaticamente`,
    takenByOthers: (count: number) =>
      count === 1
        ? '1 foi reenviada ou descartada por outra pessoa'
        : `${number(count)} foram reenviadas ou descartadas por outra pessoa`,
    left: (count: number) => `${number(count)} sem alteração`,
    onTheWay: (count: number) => `${number(count)} em andamento`,
    stopped: 'Interrompido:',
    done: 'Concluído.',
    label: 'Progresso do reenvio',
  },
  discard: {
    title: 'Descartar',
    lead: (count: number) =>
      count === 1
        ? '1 ação nunca será enviada, nem as ações que dependem dela.'
        : `${number(count)} ações nunca serão enviadas, nem as ações que dependem delas.`,
    why: 'Motivo',
    whyHint: 'Salvo com cada ação e no registro de auditoria. Por exemplo: “o lead foi excluído”.',
    button: (count: number) => `Descartar ${number(count)}`,
    done: (count: number) => `${plural(count, 'ação descartada', 'ações descartadas')}.`,
  },
  people: {
    title: 'Usuários e tokens',
    onlyAdmins: 'Só administradores podem gerenciar usuários e tokens.',
    users: 'Usuários',
    name: 'Nome',
    role: 'Papel',
    seen: 'Último acesso',
    never: 'nunca',
    invited: 'convidado, ainda sem senha',
    add: 'Adicionar',
    addUser: 'Adicionar usuário',
    addToken: 'Criar token',
    newLink: 'Novo link de acesso',
    linkOpen: 'link de acesso vence',
    takeBack: 'Revogar link',
    connections: 'Conexões',
    allConnections: 'Todas as conexões',
    noConnection: 'nenhuma',
    differs: 'varia',
    noAccess: 'sem acesso',
    roleFor: (connection: string) => `Papel em ${connection}`,
    save: 'Salvar',
    remove: 'Remover',
    actions: 'Ações',
    sureUser: (name: string) => `A sessão de ${name} termina imediatamente, sem novo acesso.`,
    sureToken: (name: string) => `Scripts que usam o token “${name}” param de funcionar imediatamente.`,
    linkFor: (name: string) =>
      `Envie este link para ${name}. Ele funciona uma única vez e não será exibido de novo:`,
    secretOf: (name: string) => `Token “${name}”. Ele não será exibido de novo:`,
    copy: 'Copiar',
    roles: {
      viewer: 'somente leitura',
      editor: 'edita regras, reenvia ou descarta falhas, executa verificações',
      admin: 'corrige a configuração e gerencia usuários',
    },
    tokens: 'Tokens para scripts',
    tokensHint:
      'Um script envia: Authorization: Bearer TOKEN. Um token não pode fazer mais do que o usuário que o criou, e termina com esse usuário.',
    ends: 'Vence',
    endsAfter: { 30: 'após 30 dias', 90: 'após 90 dias', 365: 'após um ano', never: 'nunca' },
    unused: 'sem uso há 90 dias',
    managesPeople: 'pode gerenciar usuários e tokens',
    maker: {
      commands: 'por um comando no servidor',
      unknown: 'por alguém que não é mais usuário: substitua',
    },
    noTokens: 'Ainda nenhum.',
    made: 'Criado',
    by: 'por',
    used: 'Último uso',
    audit: 'Registro de auditoria',
    noAudit: 'Nada ainda.',
    when: 'Quando',
    who: 'Quem',
    what: 'O quê',
    more: 'Mostrar anteriores',
    kinds: {
      user: 'usuário',
      token: 'token',
      folder: 'no servidor',
      nobody: 'sem login',
      system: 'automático',
    } as Record<string, string>,
    times: (count: number) => `${number(count)} vezes`,
    whats: {
      sign_in: 'entrou',
      sign_in_refused: 'não conseguiu entrar',
      sign_in_delayed: 'tentou entrar vezes demais',
      sign_out: 'saiu',
      token_refused: 'usou um token errado',
      request_refused: 'teve o acesso recusado',
      link_ended: 'encerrou um link de acesso',
      checks_run: 'executou as verificações',
      webhook_tested: 'enviou um webhook de teste',
      password_set: 'definiu uma senha',
      replay: 'reenviou',
      discard: 'descartou',
      user_added: 'adicionou um usuário',
      user_removed: 'removeu um usuário',
      role_changed: 'mudou o papel de um usuário',
      link_made: 'criou um link de acesso',
      token_added: 'criou um token',
      token_removed: 'removeu um token',
      mended: 'aplicou uma correção',
      setup_begun: 'começou uma conexão',
      setup_changed: 'respondeu a um passo de uma nova conexão',
      setup_deleted: 'excluiu uma conexão inacabada',
      setup_finished: 'concluiu uma conexão',
      rules_published: 'publicou regras',
      rules_tried: 'testou regras em um lead ou evento',
      test_sent: 'enviou a si um teste de uma regra',
      test_case_saved: 'salvou um caso de teste das regras',
      test_case_changed: 'alterou um caso de teste das regras',
      test_case_deleted: 'excluiu um caso de teste das regras',
      alert_tested: 'testou um alerta',
      alert_muted: 'silenciou alertas',
      alert_unmuted: 'reativou alertas',
    } as Record<string, string>,
  },
  watches: {
    title: 'Timers de inatividade',
    lead: 'Clientes de quem esperamos uma reação, do prazo mais próximo ao mais distante.',
    toRules: 'Ver o que acontece quando o tempo acaba',
    none: 'Nenhum timer de inatividade ativo.',
    noneHint: 'Um timer começa quando um lead entra em uma etapa cujo evento tem regra de inatividade.',
    more: 'Mostrar mais',
    started: 'Iniciado por',
    stops: 'Parado por',
    runsOut: 'Termina',
  },
  connections: {
    title: 'Conexões',
    lead: 'Uma conexão liga uma conta do Kommo a um workspace do Customer.io. Veja se as duas contas estão configuradas corretamente e como corrigir o que não está.',
    add: 'Adicionar conexão',
    health: 'O que está comprovado',
    running: 'Verificando as duas contas. Isso leva alguns segundos …',
    never: 'Não verificado desde que o Stagepost iniciou.',
    checked: 'Verificado',
    check: 'Verificar',
    checkAgain: 'Verificar de novo',
    good: 'As verificações não encontraram nada de errado.',
    unproven: (todo: string) => `ainda não comprovado. ${todo}`,
    failures: (failures: number, warnings: number) =>
      warnings === 0
        ? `As verificações encontraram ${plural(failures, 'falha')}.`
        : `As verificações encontraram ${plural(failures, 'falha')} e ${plural(warnings, 'aviso')}.`,
    warnings: (warnings: number) => `As verificações encontraram ${plural(warnings, 'aviso')}.`,
    elsewhere:
      'Outro processo do Stagepost executa esta conexão, e só ele pode chamar a conta do Kommo; por isso, as verificações rodam lá. Com um balanceador de carga, recarregue esta página para chegar a ele. Na linha de comando, use: stagepost doctor',
    mend: 'Corrigir',
    mendDoes: (does: string) => `Correção: ${does}.`,
    adminCan: (does: string) => `Um administrador pode aplicar esta correção: ${does}.`,
    needsPublicUrl:
      'O Stagepost pode registrar o webhook quando souber seu endereço público: inicie com --public-url https://seu-host ou defina STAGEPOST_PUBLIC_URL.',
    byHand: 'Manualmente:',
    test: (side: string) => `Testar o webhook do ${side}`,
    testHint: (publicUrl: string | null) =>
      `Envia um webhook de teste inofensivo para ${publicUrl ?? 'o endereço desta própria máquina'}. Nenhum lead ou contato é afetado.`,
    stored: 'Webhook armazenado',
    checkLabels: {
      'kommo account': 'Conta e token',
      'kommo rights': 'Permissões do token',
      'kommo names': 'Funis, etapas e campos usados pelas regras',
      'kommo fields': 'Campos do lead que as reações preenchem',
      'kommo webhook': 'Webhook',
      'customer.io track': 'Chave para envio',
      'customer.io signing key': 'Chave de assinatura',
      'customer.io app key': 'App API key',
      'customer.io phones': 'Números de telefone',
      'customer.io ids': 'IDs das pessoas',
      'customer.io email events': 'E-mails e os eventos que os iniciam',
      'customer.io reports': 'Webhook de notificações',
      'customer.io campaigns': 'Campanhas que os eventos iniciam',
    } as Record<string, string>,
    statusLabels: { ok: 'OK', warning: 'aviso', failure: 'falha', skipped: 'não verificado' },
    stateLabels: { good: 'OK', bad: 'falhou', waiting: 'desconhecido' },
  },
  rules: {
    /** The note that is written when a rule has none of its own; the server writes it in English. */
    defaultNote: "Event '{{ event }}' sent to Customer.io for {{ person }}",
    title: 'Regras',
    pipelines: 'Etapas que iniciam campanhas',
    stage: 'Etapa no Kommo',
    event: 'Evento no Customer.io',
    data: 'Dados do evento',
    note: 'Nota no lead',
    onDeal: 'No lead',
    skipsUnmailable: 'Nada para clientes que não podem receber e-mail',
    onlyIf: (condition: string) => `Somente se: ${condition}`,
    goesOut: (time: string) => `Sai ${time}`,
    once: { deal: 'Uma vez por lead', person: 'Uma vez por cliente' },
    noRule: 'sem regra',
    allStages: 'Todas as etapas',
    read: 'Última leitura dos funis do Kommo',
    notRead: 'Os funis do Kommo ainda não foram lidos. Estas são as etapas citadas nas regras.',
    person: 'Atributos enviados ao Customer.io',
    identifyBy: {
      email: 'As pessoas são identificadas pelo endereço de e-mail.',
      contact_id: 'As pessoas são identificadas pelo ID do contato no Kommo.',
    },
    contacts: {
      main: 'Só o contato principal de um lead recebe e-mails.',
      all: 'Todos os contatos de um lead recebem e-mails.',
    },
    reportDeal: {
      last_changed:
        'Se um cliente tem vários leads abertos, notas e tarefas vão para o que mudou por último.',
      all: 'Se um cliente tem vários leads abertos, as notas vão para todos e a tarefa, para um.',
    } as Record<string, string>,
    reportDealIn: (pipeline: string) =>
      `Se um cliente tem vários leads abertos, notas e tarefas vão primeiro para um do funil ${pipeline}.`,
    attribute: 'Atributo',
    from: 'Valor',
    reactions: 'Reações no Kommo',
    report: 'Quando o Customer.io notifica',
    does: 'Fazer isto no Kommo',
    times: 'Frequência',
    first: 'só na primeira vez',
    every: 'sempre',
    machines: 'aberturas automáticas contam',
    noMachines: 'aberturas automáticas não contam',
    noteText: 'Nota',
    taskText: 'Tarefa',
    fieldText: 'Campo',
    addTagsText: 'Adicionar tags',
    removeTagsText: 'Remover tags',
    due: (time: string) => `prazo de ${time}`,
    inactivity: 'Inatividade',
    inactivitySummary: (start: string, after: string, unless: string) =>
      `${after} após ${start} sem ${unless}:`,
    sends: 'enviar o evento',
    noInactivity: 'Nenhuma regra de inatividade.',
    noReactions: 'Nenhuma reação.',
    noStageRules: 'Nenhuma etapa tem regra.',
    skip: (time: string) => `Mudanças de etapa com mais de ${time} não iniciam campanhas.`,
    choose: 'Selecione uma conexão para ver as regras dela.',
    edit: 'Editar regras',
    goOn: 'Continuar o rascunho',
    versions: 'Versões',
    runs: (version: number) => `A versão ${version} está em vigor.`,
    viewer: 'Você precisa do papel de editor para editar regras.',
  },
};

const sideLabels: Record<Side, string> = { kommo: 'Kommo', customerio: 'Customer.io' };

const roleLabels: Record<Role, string> = { viewer: 'leitor', editor: 'editor', admin: 'admin' };

const outcomeLabels: Record<Outcome, string> = {
  open: 'em andamento',
  done: 'concluído',
  failed: 'falhou',
  nothing: 'nada a fazer',
  parked: 'cliente ainda não encontrado',
  waiting: 'aguardando um cliente',
  held: 'retido: muitos leads',
};

/** A client who gets no email, in a word or two. */
const mailStateLabels: Record<MailState, string> = {
  mailable: 'pode receber e-mail',
  unsubscribed: 'descadastrado',
  complained: 'marcou como spam',
  bounced: 'e-mail devolvido',
  suppressed: 'suprimido',
  no_address: 'sem endereço',
};

/** The two halves of a report's name. The objects are all masculine, as the metrics are: `e-mail aberto`. */
const reportObjects: Record<string, string> = {
  customer: 'cliente',
  email: 'e-mail',
  in_app: 'in-app',
  push: 'push',
  slack: 'Slack',
  sms: 'SMS',
  whatsapp: 'WhatsApp',
  webhook: 'webhook',
};

const reportMetrics: Record<string, string> = {
  drafted: 'em rascunho',
  attempted: 'com envio tentado',
  sent: 'enviado',
  delivered: 'entregue',
  opened: 'aberto',
  clicked: 'com clique',
  converted: 'com conversão',
  bounced: 'devolvido',
  dropped: 'não enviado',
  deferred: 'adiado',
  spammed: 'marcado como spam',
  failed: 'com falha',
  undeliverable: 'impossível de entregar',
  replied: 'respondido',
  subscribed: 'inscrito',
  unsubscribed: 'descadastrado',
  cio_subscription_preferences_changed: 'com preferências alteradas',
};

const directionLabels: Record<Direction, string> = {
  to_customerio: 'Kommo → Customer.io',
  to_kommo: 'Customer.io → Kommo',
  clock: 'Timer de inatividade',
};

const kindLabels: Record<EventKind, string> = {
  deal_moved: 'Lead movido',
  deal_listed: 'Lead de uma carga',
  deal_changed: 'Lead alterado',
  deal_deleted: 'Lead excluído',
  deal_restored: 'Lead restaurado',
  contact_changed: 'Contato alterado',
  contact_deleted: 'Contato excluído',
  contact_restored: 'Contato restaurado',
  contact_merged: 'Contatos mesclados',
  mail_report: 'Notificação do Customer.io',
  inactivity: 'Inatividade',
};

const rangeLabels: Record<Range, string> = {
  '1h': '1 hora',
  '24h': '24 horas',
  '7d': '7 dias',
  '30d': '30 dias',
};

/** The metrics of the charts, for a count of one and for others. */
const metricLabels: Partial<Record<Metric, { one: string; many: string }>> = {
  moves: { one: 'lead movido', many: 'leads movidos' },
  sent: { one: 'evento enviado', many: 'eventos enviados' },
  repaired: { one: 'mudança de etapa recuperada', many: 'mudanças de etapa recuperadas' },
  reports: { one: 'notificação', many: 'notificações' },
  notes: { one: 'nota', many: 'notas' },
  tasks: { one: 'tarefa', many: 'tarefas' },
  fields: { one: 'campo preenchido', many: 'campos preenchidos' },
  tags: { one: 'mudança de tag', many: 'mudanças de tag' },
  failures: { one: 'falha', many: 'falhas' },
};

/** The search for clients and deals. */
const searchTexts: Texts['searchTexts'] = {
  title: 'Buscar cliente ou lead',
  open: 'Buscar cliente',
  label: 'Nome, empresa, e-mail, número do lead ou link do Kommo',
  hint: 'Digite o início de um nome, de uma empresa ou de um e-mail, o número de um lead, ou cole o link do lead no Kommo.',
  keys: '↑ ↓ para escolher, Enter para abrir',
  results: 'Clientes e leads',
  found: (count: number) => plural(count, 'resultado'),
  deal: (id: number) => `lead ${id}`,
  noDeal: 'sem lead',
  notSent: 'ainda não está no Customer.io',
  none: (q: string) => `Nenhum cliente ou lead corresponde a “${q}”.`,
  noneHint:
    'O Stagepost conhece os clientes cujo lead entrou em uma etapa desde a conexão e os clientes que receberam e-mails.',
  failed: 'Não foi possível fazer a busca.',
};

/** Why deals were not emailed. */
const missedLabels: Record<MissedReason, string> = {
  unsubscribed: 'Cliente descadastrado',
  complained: 'E-mail marcado como spam',
  bounced: 'E-mail devolvido',
  suppressed: 'Endereço em lista de supressão',
  no_address: 'Contato sem e-mail',
  no_contact: 'Lead sem contato',
  gone: 'Lead não encontrado no Kommo',
  no_rule: 'Etapa sem regra',
  condition: 'Condição não atendida',
  once: 'Já enviado (uma vez)',
  repeated: 'Enviado por uma carga',
  late: 'Tarde demais',
  left: 'Saiu da etapa antes do envio',
  scheduled: 'Agendado para depois',
  held: 'Retido, aguardando decisão',
  discarded: 'Descartado',
  sending: 'A caminho do Customer.io',
  failed: 'Falhou',
  not_delivered: 'O Customer.io não conseguiu enviar',
  no_report: 'O Customer.io não notificou e-mail',
};

/** What to know about a reason, or to do about it. */
const missedHints: Record<MissedReason, string> = {
  unsubscribed: 'O Customer.io não envia nada a estes clientes.',
  complained: 'O Customer.io não envia nada a estes clientes.',
  bounced: 'Nenhum e-mail chega ao endereço. Corrija no Kommo.',
  suppressed: 'O Customer.io não envia ao endereço enquanto ele estiver na lista.',
  no_address: 'Adicione um e-mail ao contato no Kommo. Novas mudanças de etapa esperam por ele até um dia.',
  no_contact: 'Adicione um contato ao lead no Kommo. Novas mudanças de etapa esperam por ele até um dia.',
  gone: 'O lead foi excluído, ou o token não tem permissão para vê-lo.',
  no_rule: 'Entrar na etapa não inicia campanha.',
  condition: 'O “se” da regra da etapa deixa estes leads de fora.',
  once: 'A regra envia o evento uma única vez por lead ou por cliente.',
  repeated: 'Uma carga já tinha enviado o evento da etapa.',
  late: 'A mudança de etapa já era antiga quando o Stagepost soube dela, ou um contato chegou tarde demais.',
  left: 'A regra descarta o evento quando o lead sai da etapa antes da hora.',
  scheduled: 'A regra tem espera ou horário de silêncio.',
  held: 'Leads demais entraram na etapa de uma vez. Decida na página Leads retidos.',
  discarded: 'Alguém decidiu que nada é enviado.',
  sending: 'Aceito em segundos, a menos que a entrega esteja em espera: veja Sistema.',
  failed: 'O Customer.io recusou o evento, ou a regra não pôde ser aplicada: veja Problemas.',
  not_delivered: 'O Customer.io informa que o envio falhou.',
  no_report:
    'O Customer.io aceitou o evento. A campanha pode estar em espera, deixar o cliente de fora ou estar parada.',
};

/** The numbers of a stage, each with what it counts. */
const stepLabels = {
  entered: 'Entraram',
  emailed: 'Com e-mail',
  opened: 'Abriram',
  clicked: 'Clicaram',
  moved_on: 'Avançaram',
  missed: 'Sem e-mail',
};

const overviewTexts: Texts['overviewTexts'] = {
  issues: (text: string, first: string | undefined) => (first === undefined ? text : `${text}: ${first}`),
  toSystem: 'Ver o sistema',
  toSteps: 'Ver os passos',
  pipeline: 'Funil',
  pipelines: 'Funis',
  allPipelines: 'Todos os funis',
  period: 'Período',
  periods: { today: 'Hoje', '7d': '7 dias', '30d': '30 dias', custom: 'Outro' },
  from: 'De',
  to: 'Até',
  stored: (day: string) => `As mudanças de etapa são armazenadas desde ${day}.`,
  stage: 'Etapa',
  funnel: 'Funil',
  starts: (campaigns: string[]) => `Inicia ${campaigns.map((name) => `“${name}”`).join(', ')}`,
  sends: (event: string) => `Envia ${event}`,
  noRule: 'Sem regra',
  share: (part: number, all: number) => (part === 0 || all === 0 ? '' : percent(part / all)),
  numberLabel: (count: number, step: string, stage: string) => `${step}: ${number(count)}, ${stage}`,
  legend: { entered: 'entraram', emailed: 'com e-mail', opened: 'abriram' },
  inConnection: (pipeline: string, connection: string) => `${pipeline} · ${connection}`,
  moreFunnels: (count: number) =>
    `Mais ${plural(count, 'funil', 'funis')} com menos entradas. Escolha uma conexão ou um funil.`,
  missedTitle: 'Mudaram de etapa sem e-mail',
  missedNone: 'Todos os leads que entraram em uma etapa neste período receberam e-mail.',
  missedOf: (missed: number, entered: number) => `${number(missed)} de ${plural(entered, 'entrada')}`,
  lossTitle: 'Clientes perdidos neste período',
  unsubscribed: 'Descadastros e marcações como spam',
  bounced: 'Endereços com devolução',
  timesTitle: 'Da mudança de etapa ao e-mail',
  accepted: 'Evento aceito pelo Customer.io',
  emailed: 'E-mail enviado',
  noTime: 'sem dados',
  lossScope: 'Em todos os funis.',
  timesScope: 'Medianas, em todos os funis.',
  help: 'O que estes números contam?',
  helpItems: [
    ['Entraram', 'Mudanças para esta etapa, também de leads novos. Um lead que volta é contado de novo.'],
    [
      'Com e-mail',
      'Entradas cujo evento iniciou pelo menos um e-mail que o Customer.io notificou como enviado ou entregue, e que não foi devolvido.',
    ],
    [
      'Abriram',
      'Entradas com e-mail em que uma pessoa abriu um e-mail ou clicou nele. Aberturas automáticas, como as do Apple Mail Privacy, não contam.',
    ],
    [
      'Clicaram',
      'Entradas com e-mail em que uma pessoa clicou em um link. Verificadores de links não contam.',
    ],
    [
      'Avançaram',
      'Entradas após as quais o lead foi para uma etapa posterior ou para outro funil. Leads perdidos não avançaram.',
    ],
    [
      'Sem e-mail',
      'Todas as outras entradas, cada uma com um motivo. Com e-mail e sem e-mail somam o total das que entraram.',
    ],
    [
      'Da mudança de etapa ao e-mail',
      'Medianas das últimas 500 entradas de cada conexão neste período, incluindo as esperas que as regras pedem.',
    ],
  ],
  empty: 'Nenhum lead entrou em uma etapa neste período.',
  emptyHint:
    'Mova um lead no Kommo para uma etapa com regra: ele aparece aqui em segundos. Ou veja um período mais longo.',
  show30: 'Mostrar 30 dias',
  firstHint: 'Mova um lead no Kommo para uma etapa com regra: ele aparece aqui em segundos.',
  toRules: 'Ver quais etapas têm regra',
  deals: {
    all: 'Leads que entraram em uma etapa',
    titles: {
      entered: 'Leads que entraram em uma etapa',
      emailed: 'Leads que receberam e-mail',
      opened: 'Leads cujo cliente abriu um e-mail',
      clicked: 'Leads cujo cliente clicou em um link',
      moved_on: 'Leads que avançaram',
      missed: 'Leads que não receberam e-mail',
    },
    missedFor: (reason: string) => `Sem e-mail: ${reason}`,
    back: 'Visão geral',
    client: 'Cliente',
    deal: 'Lead',
    stage: 'Etapa',
    entered: 'Entrou',
    result: 'E-mail',
    emailed: 'Enviado',
    opened: 'Aberto',
    clicked: 'Com clique',
    event: 'Ver o que aconteceu',
    noClient: 'Cliente desconhecido',
    more: 'Mostrar mais',
    empty: 'Nenhum lead encontrado.',
    emptyHint: 'Escolha um período mais longo na visão geral.',
    shown: (count: number) => plural(count, 'lead exibido', 'leads exibidos'),
    next: 'Próxima etapa:',
    stillHere: 'Ainda nesta etapa',
  },
  campaigns: {
    title: 'Campanhas iniciadas por mudanças de etapa',
    campaign: 'Campanha',
    unnamed: (id: string) => `Campanha ${id}`,
    scope:
      '“Com e-mail” é a parte das entradas na etapa; “Abertos” e “Com clique” são partes das que receberam e-mail. Aqui não contam os e-mails cujo relatório não traz uma campanha.',
  },
  lost: {
    titles: {
      unsubscribed: 'Clientes que se descadastraram ou marcaram um e-mail como spam',
      bounced: 'Clientes cujo endereço foi devolvido',
    },
    hints: {
      unsubscribed: 'O Customer.io não envia nada a eles, a menos que tenham se inscrito de novo depois.',
      bounced: 'Nenhum e-mail chega a estes endereços. É preciso corrigi-los no Kommo.',
    },
    client: 'Cliente',
    deal: 'Lead',
    what: 'O que aconteceu',
    since: 'Desde',
    facts: {
      unsubscribed: 'Descadastrado',
      complained: 'Marcou um e-mail como spam',
      bounced: 'Endereço devolvido',
    },
    noDeal: 'Nenhum lead conhecido',
    empty: 'Nenhum cliente foi perdido neste período.',
    emptyHint: 'Escolher um período mais longo para ver mais atrás.',
    shown: (count: number) => plural(count, 'cliente exibido', 'clientes exibidos'),
    numberLabel: (label: string, count: number) => `${label}: ${number(count)}`,
  },
};

const activityTexts: Texts['activityTexts'] = {
  reason: 'Sem e-mail porque',
  stage: 'Etapa',
  rule: 'Regra',
  campaign: 'Campanha',
  owner: 'Responsável',
  showNothing: 'Mostrar linhas sem nada a fazer',
  more: (count: number) => (count === 0 ? 'Mais filtros' : `Mais filtros (${count})`),
  fewer: 'Menos filtros',
  since: (what: string, when: string) => `${what}: dados desde ${when}.`,
  reasonsSince: 'Motivos de não haver e-mail',
  ownersSince: 'Responsáveis',
  times: (count: number) => `${count}×`,
  timesHint: (count: number) =>
    count === 2 ? 'Notificado duas vezes, contado uma' : `Notificado ${count} vezes, contado uma`,
  otherReports: 'Outras notificações desta mensagem:',
  hidden: 'As linhas sem nada a fazer estão ocultas.',
  toSetup: 'Verificar as conexões',
};

/** Texts of the list of clients to call. */
const callTexts: Texts['callTexts'] = {
  nav: 'Para ligar',
  title: 'Para quem ligar',
  lead: 'Leads com uma tarefa que o Stagepost criou nos últimos 7 dias, e clientes que clicaram em um e-mail nos últimos 3 dias e cujo lead não se moveu desde então. O Kommo sabe quais tarefas foram concluídas.',
  overdue: 'Venceu',
  due: 'Vence',
  clicked: 'Clicou em um e-mail',
  why: 'Ver o que aconteceu',
  none: 'Ninguém para ligar.',
  noneHint:
    'Um cliente aparece aqui quando uma regra cria uma tarefa para ele, ou quando ele clica em um e-mail.',
  toRules: 'Ver quais regras criam tarefas',
  more: 'Só os mais recentes aparecem aqui. Os outros estão na lista de tarefas do Kommo.',
  unknown: 'Cliente desconhecido',
};

/** The page of a client or a deal. */
const subjectTexts: Texts['subjectTexts'] = {
  deal: (id: number) => `lead ${id}`,
  last: 'Clientes cujos leads se moveram por último',
  deals: 'Leads',
  stage: (stage: string, pipeline: string) => `${stage} (${pipeline})`,
  notRead: 'O nome e a etapa aparecem no próximo movimento do lead.',
  mailable: 'Pode receber e-mail: sim',
  notMailable: (reason: string) => `Pode receber e-mail: não, ${reason}`,
  shows: (field: string) => `O Kommo mostra ${field}`,
  isTrue: 'está correto',
  saysMailable: 'incorreto: o cliente não pode receber e-mail',
  saysNotMailable: 'não é mais verdade: o cliente pode receber e-mail',
  notWritten: 'a caminho do Kommo',
  details: 'Atributos enviados por último ao Customer.io',
  history: 'Mudanças de etapa e e-mails',
  showAll: (count: number) => `Mostrar todos os eventos (mais ${number(count)})`,
  showMain: 'Mostrar só o que importa',
  runsOut: (exact: string) => `termina em ${exact}`,
};

/** `“A”, “B” e “C”` */
function quoted(names: readonly string[]): string {
  return listNames(
    names.map((name) => `“${name}”`),
    names.length,
  );
}

/** What rules decide about a deal or an event, in sentences. */
const decisionTexts: Texts['decisionTexts'] = {
  somebody: 'o cliente',
  event: (who: string, event: string) => `O Customer.io recebe o evento ${event} para ${who}.`,
  campaigns: (who: string, campaigns: string[], event: string) =>
    `${campaigns.length === 1 ? 'Campanha' : 'Campanhas'} para ${who}: ${quoted(campaigns)}, que ${campaigns.length === 1 ? 'começa' : 'começam'} com o evento ${event}.`,
  eventWithoutCampaign: (who: string, event: string) =>
    `O Customer.io recebe o evento ${event} para ${who}, mas nenhuma campanha ativa começa com ele.`,
  eventWithoutEmail: (who: string, event: string) =>
    `O Customer.io recebe o evento ${event} para ${who}, que não pode receber e-mail.`,
  note: (text: string) => `A nota diz: “${text}”`,
  task: (text: string) => `Uma tarefa é criada: “${text}”`,
  field: (field: string, value: string) => `O campo ${field} passa a ser “${value}”.`,
  tags: (changes: string) => `As tags do lead mudam: ${changes}.`,
  profile: (who: string | null, count: number) =>
    `O perfil${who === null ? '' : ` de ${who}`} no Customer.io é atualizado: ${plural(count, 'atributo')}.`,
  sends: (count: number) =>
    count === 0
      ? 'Nada é enviado.'
      : `${plural(count, 'requisição seria enviada', 'requisições seriam enviadas')}.`,
  ignored: (reason: string) => `Nada acontece: ${reason}`,
  parked: (reason: string) => `Fica em espera: ${reason}`,
  waiting: (reason: string) => `Fica em espera: ${reason}`,
  noReason: 'nenhum motivo informado.',
  requests: (count: number) =>
    count === 0 ? 'Nenhuma requisição' : `Ver ${plural(count, 'requisição', 'requisições')}`,
};

/** The texts of the page about problems. */
const problemTexts: Texts['problemTexts'] = {
  title: 'Problemas',
  none: 'Nenhum problema.',
  noneFailed: 'Nada falhou.',
  noneHint:
    'O que não pôde ser feito para um cliente aparece aqui: o que falta, por quê, o que fazer primeiro e quem é afetado. Corrija a causa e depois reenvie tudo com um clique.',
  noneDemo: 'Esta é uma demo: você pode causar um problema, consertar e ver que nada se perde.',
  breakSomething: 'Quebrar algo',
  head: (problems: number, total: number) =>
    `${plural(problems, 'problema')}: ${
      total === 1
        ? '1 ação falhou e não será reenviada automaticamente'
        : `${number(total)} ações falharam e não serão reenviadas automaticamente`
    }.`,
  viewer: 'Você precisa do papel de editor para reenviar ou descartar.',
  heldSummary: (name: string, side: string) =>
    `O ${side} está pausado para ${name} até que alguém corrija a causa.`,
  waitsSummary: (name: string, side: string) =>
    `O ${side} está pausado para ${name} e volta automaticamente.`,
  broken: (name: string, side: string) => `Há algo errado com o ${side} para ${name}.`,
  nextTry: 'Próxima tentativa',
  since: 'começou',
  last: 'última vez',
  noWords: 'O texto do erro foi excluído após o período de retenção.',
  todo: 'O que fazer primeiro',
  affected: 'Afetados',
  more: (count: number) => `e mais ${number(count)}`,
  details: 'Detalhes técnicos',
  error: 'Erro',
  action: 'Ação',
  actionTo: (what: string, side: string) => `${what} para o ${side}`,
  replay: 'Reenviar …',
  discard: 'Descartar …',
  urgency: {
    email: 'E-mails afetados',
    deal: 'Lead incompleto no Kommo',
    none: 'Nada mais a corrigir',
  } satisfies Record<FailureGroup['urgency'], string>,
  owner: {
    nobody: 'Ninguém',
    'its cause': 'Corrigido com a causa',
    operator: 'Quem opera o Stagepost',
    'Kommo administrator': 'O administrador do Kommo',
    'author of the rules': 'Quem edita as regras',
    'sales team': 'A equipe de vendas',
  } as Record<string, string>,
  steps: {
    rule: (name: string) => `Editar “${name}”`,
    rules: 'Editar as regras',
    field: 'Criar o campo',
    connection: 'Verificar a conexão',
    connections: 'Ir para Conexões',
    client: (name: string) => `Ver ${name}`,
  },
};

/** What waits while a side does not work. */
const waitingTexts: Texts['waitingTexts'] = {
  who: (names: string) => `Para ${names}.`,
  events: (count: number) =>
    plural(count, 'mudança de etapa ou notificação', 'mudanças de etapa e notificações'),
  waits: (what: string, isMore: boolean) => `Aguardando: ${what}${isMore ? ', e mais' : ''}.`,
  kept: 'Nada se perde: tudo sai assim que a conexão voltar a funcionar.',
};

/** `Ana, Bruno e mais 3`; `Ana e Bruno` where these are all. @param total how many there are */
function listNames(names: readonly string[], total: number): string {
  const others = total - names.length;
  const parts = others > 0 ? [...names, `mais ${number(others)}`] : names;
  if (parts.length < 2) return parts.join('');
  return `${parts.slice(0, -1).join(', ')} e ${parts.at(-1)}`;
}

/** What did not happen, by the kind of the action. */
const notDone: Texts['notDone'] = {
  note: (of) => `${plural(of.count, 'nota não foi gravada', 'notas não foram gravadas')} ${onDeals(of)}`,
  task: (of) => `${plural(of.count, 'tarefa não foi criada', 'tarefas não foram criadas')} ${onDeals(of)}`,
  close_task: (of) =>
    `${plural(of.count, 'tarefa não foi concluída', 'tarefas não foram concluídas')} ${onDeals(of)}`,
  set_field: (of) => `${fieldOf(of)} não foi preenchido ${onDeals(of)}`,
  tags: (of) => `As tags não foram alteradas ${onDeals(of)}`,
  identify: (of) => `Não houve atualização de ${of.who} no Customer.io`,
  track: (of) =>
    `${plural(of.count, 'evento', 'eventos')} de ${of.who} não ${of.count === 1 ? 'foi enviado' : 'foram enviados'} ao Customer.io; por isso, nenhuma campanha começou`,
  change_email: (of) => `O e-mail de ${of.who} não foi alterado no Customer.io`,
  merge: (of) => `Os perfis de ${of.who} não foram mesclados no Customer.io`,
  remove_person: (of) => `O descadastro ou a remoção de ${of.who} não foi feito no Customer.io`,
  lift_suppression: (of) => `O endereço de ${of.who} não foi retirado da lista de supressão`,
};

function otherNotDone({ count, names, side, who }: Happening): string {
  return `${plural(count, names.one, names.many)} de ${who} não ${count === 1 ? 'chegou' : 'chegaram'} ao ${sideLabels[side]}`;
}

const onDeals = ({ subjects, who }: Happening) => `${subjects === 1 ? 'no lead' : 'nos leads'} de ${who}`;
const fieldOf = ({ field }: Happening) => (field === null ? 'Um campo' : `O campo “${field}”`);

/** Why it did not happen. @param text what the rule sets: `a nota de “Demo agendada”` */
const reasons: Texts['reasons'] = {
  text_too_long: (text: string) => `${text} ultrapassa o tamanho permitido no Kommo`,
  text_empty: (text: string) => `${text} não tem conteúdo para estes leads`,
  value_type_mismatch: (text: string) => `${text} não corresponde ao tipo do campo`,
  field_missing: 'o campo não existe no Kommo',
  option_missing: (field: string | null) =>
    `${field === null ? 'o campo de lista' : `o campo de lista “${field}”`} no Kommo não tem o valor`,
  choice_unknown: 'um campo ou um valor não existe no Kommo',
  assignee_unavailable: 'o usuário responsável não pode mais receber tarefas',
  tag_refused: (text: string) => `o Kommo não aceita ${text}`,
  deal_not_found: 'o lead não existe mais no Kommo',
  identifier_refused: 'o Customer.io não aceita o endereço de e-mail ou o ID',
  payload_too_large: (text: string) => `${text} ultrapassa o tamanho permitido no Customer.io`,
  previous_action_failed: 'um passo anterior falhou',
  attempts_exhausted: (side: string) => `o ${side} não respondeu por três dias`,
  action_unreadable: 'uma versão mais nova do Stagepost armazenou isto',
  unauthorized: (side: string) => `o ${side} recusou nossa chave`,
  refused: (side: string) => `o ${side} recusou`,
  refusedOf: (side: string, text: string) => `o ${side} recusou ${text}`,
  failed: (side: string) => `o ${side} não funcionou`,
};

/** What a rule sets, by the kind of the action. */
const ruleParts: Record<string, string> = {
  note: 'a nota',
  task: 'a tarefa',
  set_field: 'o valor',
  tags: 'uma tag',
  track: 'o conteúdo do evento',
};
const otherPart = 'o texto';
const wholeRules = 'um valor das regras';

const ofRule = {
  stages: (part: string, stage: string) => `${part} de “${stage}”`,
  reactions: (part: string, report: string) => `${part} para “${report}”`,
  inactivity: (part: string, start: string) => `${part} do timer de inatividade após “${start}”`,
} satisfies Texts['ofRule'];

/** What did not happen and why: `1 nota … não foi gravada, porque o lead não existe mais.` */
const notDoneBecause = (what: string, why: string) => `${what}, porque ${why}.`;

/** What was not sent because of a problem. */
function alsoNotSent(what: readonly string[], count: number): string {
  return `Por isso, também não houve envio de ${listNames(what, what.length)}. O reenvio inclui ${count === 1 ? 'essa ação' : 'essas ações'}.`;
}

/** The texts of the page about held deals. */
const heldTexts: Texts['heldTexts'] = {
  title: 'Leads retidos',
  lead: 'Muitos leads entraram em uma etapa de uma vez, como em uma importação ou edição em massa. Os eventos deles esperam aqui, e nenhuma campanha começa até você decidir. Os primeiros leads podem ter sido enviados antes de o limite ser atingido.',
  restored:
    'O banco de dados foi restaurado de um estado anterior. Os eventos destes leads podem já ter sido enviados antes disso. Confira as pessoas no Customer.io: se o evento aparece lá, não envie nada.',
  backfill:
    'Uma carga encontrou estes leads na etapa. Alguém pediu os eventos deles: decida aqui se são enviados.',
  none: 'Nenhum lead retido.',
  noneHint:
    'Quando muitos leads entram em uma etapa de uma vez, como em uma importação ou edição em massa, os eventos deles esperam aqui, para que ninguém envie e-mails a centenas de clientes por engano. Você escolhe quais são enviados. O limite padrão é de 100 leads por minuto; você pode mudá-lo nas regras.',
  viewer: 'Você precisa do papel de editor para decidir.',
  decided: 'Já decididos',
  card: (held: number, stage: string) => `${plural(held, 'lead retido', 'leads retidos')} em “${stage}”`,
  sendingCard: (stage: string) => `Enviando os leads retidos em “${stage}”`,
  decidedCard: (deals: number, stage: string) => `${plural(deals, 'lead')} em “${stage}”`,
  growing: 'ainda crescendo',
  growingHint: 'Leads que entram na etapa até 5 minutos depois do último também são retidos.',
  facts: {
    why: 'Motivo',
    event: 'Evento para o Customer.io',
    stage: 'Etapa',
    entered: 'Entraram na etapa',
    ranOut: 'Terminou',
    movedBy: 'Movidos por',
    old: 'Antigos demais',
    examples: 'Exemplos',
  },
  openInKommo: 'Abrir no Kommo',
  stageOf: (pipeline: string, stage: string) => `${pipeline} / ${stage}`,
  within: (time: string) => `em ${time}, o último`,
  atOnce: 'todos de uma vez,',
  movedByUnknown: 'O Kommo não informa',
  integration: 'uma integração',
  user: (id: number) => `usuário ${id}`,
  userDeals: (name: string, deals: number) => `${name} (${number(deals)})`,
  firstThousand: 'dos primeiros 1.000',
  old: (count: number) =>
    `${plural(count, 'lead entrou', 'leads entraram')} na etapa há mais de 72 horas. O Customer.io não inicia campanhas para eventos tão antigos.`,
  sendAll: (count: number) => `Enviar todos os ${number(count)} …`,
  sendOne: 'Enviar …',
  sendNone: 'Não enviar nenhum …',
  choose: 'Escolher leads',
  closeChoice: 'Fechar a lista',
  list: {
    label: 'Leads retidos para escolher',
    deal: 'Lead',
    entered: 'Entrou na etapa',
    movedBy: 'Movido por',
    pick: (deal: number) => `Escolher o lead ${deal}`,
    pickPage: 'Escolher todos desta página',
    pages: 'Páginas da lista',
    previous: 'Anterior',
    next: 'Próxima',
    page: (page: number) => `Página ${number(page)}`,
    chosen: (count: number, all: number) =>
      `${number(count)} de ${number(all)} ${count === 1 ? 'escolhido' : 'escolhidos'}`,
    chooseAll: (count: number) => `Escolher todos os ${number(count)}`,
    clear: 'Limpar a seleção',
    send: (count: number) => `Enviar ${number(count)} …`,
    discard: (count: number) => `Não enviar ${number(count)} …`,
    empty: 'Nada mais está retido aqui.',
  },
  send: {
    title: 'Enviar leads retidos',
    head: (count: number, event: string) =>
      `O Customer.io recebe “${event}” para ${count === 1 ? 'o cliente de 1 lead' : `os clientes de ${number(count)} leads`}.`,
    campaigns: 'Campanhas que começam com este evento podem enviar e-mails a eles.',
    undone: 'Depois de enviado, não é possível desfazer.',
    order: 'Leads que mudarem de etapa nesse meio-tempo vão primeiro.',
    contact: 'Um lead sem contato com e-mail espera por um.',
    rest: (count: number) =>
      count === 1 ? '1 outro lead continua retido.' : `${number(count)} outros leads continuam retidos.`,
    time: 'Horário destes eventos',
    keep: (count: number) =>
      `Manter o horário da mudança de etapa: ${plural(count, 'lead continua retido', 'leads continuam retidos')}`,
    now: 'Usar o horário do envio: as campanhas começam para todos',
    button: (count: number) => `Enviar ${number(count)}`,
    nothing: 'Nada foi enviado: estes leads não estão mais retidos. Outra pessoa pode ter decidido.',
  },
  discard: {
    title: 'Não enviar nada',
    lead: (count: number, event: string) =>
      `“${event}” nunca será enviado para ${plural(count, 'lead')}. ${count === 1 ? 'O lead fica como está' : 'Os leads ficam como estão'} no Kommo.`,
    whyHint: 'Salvo com cada lead e no registro de auditoria. Por exemplo: “importação de clientes antigos”.',
    button: (count: number) => `Não enviar ${number(count)}`,
    nothing: 'Nada mudou: estes leads não estão mais retidos. Outra pessoa pode ter decidido.',
  },
  progress: {
    label: 'Progresso do envio',
    sent: (done: number, all: number) => `${number(done)} de ${number(all)} enviados`,
    sending: (count: number) => `${number(count)} em envio`,
    waiting: (count: number) => `${plural(count, 'espera', 'esperam')} por um contato com e-mail`,
    failed: (count: number) => plural(count, 'falhou', 'falharam'),
    seeFailures: 'Ver os problemas',
    ended: (count: number) =>
      `${plural(count, 'lead não precisou de evento', 'leads não precisaram de evento')}, por exemplo porque foi excluído ou não tem cliente para receber e-mail`,
  },
  decisions: {
    label: 'Decisões',
    somebody: 'Alguém',
    sent: (who: string, count: number) => `${who} enviou ${plural(count, 'lead')}`,
    withNow: 'com o horário do envio',
    discarded: (who: string, count: number) => `${who} não enviou nada para ${plural(count, 'lead')}`,
    gone: (count: number) =>
      count === 1
        ? '1 lead não está mais retido, por exemplo porque foi excluído ou avançou'
        : `${number(count)} leads não estão mais retidos, por exemplo porque foram excluídos ou avançaram`,
  },
  withOthers: (others: number) =>
    others === 0 ? 'Retido até uma decisão' : `Retido com ${plural(others, 'outro')}`,
  decide: 'Ver os leads retidos',
};

type BackfillOutcome = keyof Backfill['counts']['deals'];

/** The texts of the page that brings existing clients to Customer.io. */
const backfillTexts: Texts['backfillTexts'] = {
  title: 'Clientes atuais',
  lead: 'As regras de etapa só veem leads que se movem. Aqui você leva ao Customer.io os clientes de leads que já estão no Kommo, com seus atributos. Nenhuma campanha começa, e nada é enviado antes de você confirmar o plano.',
  viewer: 'Você precisa do papel de editor para planejar ou iniciar.',
  form: {
    title: 'Quais leads',
    stages: 'Funis ou etapas',
    stagesHint: 'Em branco: todos',
    created: 'Criado',
    changed: 'Última alteração',
    anyTime: 'Qualquer data',
    ages: [
      { value: '30', label: 'Nos últimos 30 dias' },
      { value: '90', label: 'Nos últimos 90 dias' },
      { value: '365', label: 'No último ano' },
      { value: '1095', label: 'Nos últimos 3 anos' },
    ],
    owner: 'Usuário responsável',
    ownerHint: 'Nome ou e-mail',
    field: 'Campo do lead',
    value: 'tem o valor',
    hasEmail: 'Ignorar leads sem endereço de e-mail',
    plan: 'Mostrar o plano',
  },
  wholePipeline: (pipeline: string) => `${pipeline}: todas as etapas`,
  states: {
    planning: 'Lendo leads para o plano …',
    planned: 'Planejada. Nada foi enviado.',
    running: 'Em execução',
    paused: 'Pausada',
    stopped: 'Parada',
    done: 'Concluída',
    failed: 'Falhou',
  } satisfies Record<Backfill['state'], string>,
  connectionPaused: 'Aguardando: a conexão está pausada',
  allDeals: 'Todos os leads',
  conditions: (conditions: string[]) => `Leads ${conditions.join(', ')}`,
  card: (id: number) => `Carga ${id}`,
  estimate: (read: number) => `Estimativa a partir de ${plural(read, 'lead')}.`,
  exact: 'Todos os leads foram lidos: estes números são exatos.',
  facts: {
    deals: 'Leads',
    profiles: 'Perfis novos',
    updates: 'Perfis atualizados',
    calls: 'Chamadas de API',
    time: 'Tempo',
  },
  about: (isExact: boolean, text: string) => (isExact ? text : `cerca de ${text}`),
  profiles: (count: number, workspace: number | null) =>
    workspace === null
      ? `até ${number(count)}`
      : `até ${number(count)}; o workspace tem ${number(workspace)} agora`,
  calls: (kommo: number, customerio: number) =>
    `${number(kommo)} ao Kommo, ${number(customerio)} ao Customer.io`,
  timeAtLeast: (text: string) => `${text} ou mais; mudanças ao vivo sempre vão primeiro`,
  outcomesTitle: 'O que acontece com os leads',
  outcomes: {
    new: 'Cliente é adicionado',
    updated: 'Cliente é atualizado',
    unchanged: 'Cliente já está atualizado',
    no_contact: 'De fora: sem contato',
    contact_unread: 'De fora: o Kommo não mostra o contato',
    no_email: 'De fora: sem endereço de e-mail',
    invalid_email: 'De fora: sem endereço de e-mail válido',
    opted_out: 'De fora: descadastrado',
    shared_address: 'De fora: outro contato tem o mesmo endereço',
    duplicate: 'De fora: os valores do cliente vêm de outro lead',
    deleted: 'De fora: excluído no Kommo',
    not_planned: 'De fora: não pôde ser processado',
    passed_over: 'Ignorado: sem endereço de e-mail',
  } satisfies Record<BackfillOutcome, string>,
  example: 'ex.:',
  deal: (id: number) => `lead ${id}`,
  download: 'Baixar quem fica de fora (CSV)',
  eventsTitle: 'Campanhas',
  eventsLead:
    'Nenhuma campanha começa sozinha. Para clientes cujos leads estão em uma destas etapas, você também pode preparar o evento da etapa. Ele espera em Leads retidos até você decidir lá.',
  eventOf: (title: string, event: string, deals: number) =>
    `${title}: “${event}” para ${plural(deals, 'lead')}`,
  start: (people: number, isExact: boolean) =>
    `Enviar ${isExact ? '' : 'cerca de '}${plural(people, 'pessoa')} ao Customer.io`,
  startSure: (people: number, stages: number) =>
    `${
      people === 1
        ? '1 perfil será adicionado ou atualizado'
        : `${number(people)} perfis serão adicionados ou atualizados`
    }. ${
      stages === 0
        ? 'Nenhum evento é enviado.'
        : `Os eventos de ${plural(stages, 'etapa')} são preparados e retidos.`
    }`,
  pause: 'Pausar',
  resume: 'Retomar',
  stop: 'Parar',
  stopSure: 'O que foi enviado fica no Customer.io. O resto não é enviado.',
  discard: 'Descartar o plano',
  progress: (done: number, total: number) => `${number(done)} de ${plural(total, 'lead')}`,
  progressLabel: 'Progresso',
  rate: (perSecond: number) => `${number(Math.max(1, Math.round(perSecond)))} por segundo`,
  left: (text: string) => `cerca de ${text} restantes`,
  held: (title: string) => `Os eventos de ${title} aguardam sua decisão.`,
  seeHeld: 'Ver os leads retidos',
  before: 'Anteriores',
  span(seconds: number): string {
    if (seconds < 90) return plural(Math.max(1, Math.ceil(seconds)), 'segundo');
    const minutes = Math.ceil(seconds / 60);
    return minutes < 100 ? plural(minutes, 'minuto') : plural(Math.ceil(minutes / 60), 'hora');
  },
};

/** The texts of the rules editor. */
const ruleTexts: Texts['ruleTexts'] = {
  edit: {
    title: 'Editar regras',
    viewer: 'Você precisa do papel de editor para editar regras. Um administrador pode conceder esse papel.',
    refused: 'Estas regras não podem ser editadas aqui.',
    toRules: 'Ver as regras',
    views: {
      form: 'Formulário',
      text: 'Texto',
      try: 'Testar',
      compare: 'Comparar',
      cases: 'Casos de teste',
    },
    unreadable: 'O texto não é válido. Corrija em “Texto” para ter o formulário de volta.',
  },
  bar: {
    publish: 'Publicar …',
    discard: 'Descartar rascunho …',
    sureDiscard: 'Todas as alterações deste rascunho serão perdidas. As regras em vigor ficam como estão.',
    discardNow: 'Descartar rascunho',
    checking: 'Verificando …',
    notChecked: 'Não foi possível verificar o rascunho, por isso ele não pode ser publicado.',
    problems: (count: number) => `Corrija ${plural(count, 'erro')} para publicar.`,
    warnings: (count: number) => plural(count, 'aviso'),
    behind: (version: number) => `A versão ${version} é mais nova: veja o aviso nesta página.`,
    same: 'Nenhuma alteração ainda. Nada entra em vigor até você publicar.',
    ready: (count: number) =>
      count === 0
        ? 'Só a formatação ou os comentários mudaram. Ainda não publicado.'
        : `${plural(count, 'alteração não publicada', 'alterações não publicadas')}. O rascunho fica salvo nesta aba do navegador.`,
  },
  notices: {
    behindTitle: (version: number) => `A versão ${version} foi publicada enquanto você editava.`,
    behind: (version: number, basedOn: number) =>
      `Seu rascunho se baseia ${basedOn === 0 ? 'nas regras anteriores a ela' : `na versão ${basedOn}`} e foi mantido. Veja primeiro o que mudou na versão ${version}: se você a sobrescrever, todas as alterações dela serão substituídas pelo seu rascunho.`,
    catchUp: (version: number) => `Sobrescrever a versão ${version} com meu rascunho`,
    seeOther: 'Ver o que mudou',
  },
  leave: {
    title: 'Sair do rascunho?',
    lead: 'Ele não foi publicado. Você pode mantê-lo nesta aba do navegador para depois, ou descartá-lo.',
    forget: 'Descartar',
    keep: 'Sair e manter',
    stay: 'Ficar nesta página',
  },
  places: {
    rules: 'Regras',
    person: 'Pessoa',
    clock: (nth: number) => `Timer ${nth}`,
    keys: {
      event: 'evento',
      data: 'dados',
      note: 'nota',
      task: 'tarefa',
      text: 'texto',
      due: 'prazo',
      field: 'campo',
      tags: 'tags',
      add: 'tags a adicionar',
      remove: 'tags a remover',
      attributes: 'atributo',
      identify_by: 'identificação',
      id_prefix: 'prefixo dos IDs de contato',
      merge: 'mesclagem de perfis',
      when_email_removed: 'e-mails removidos',
      when_contact_deleted: 'contatos excluídos',
      contacts: 'contatos',
      deal: 'lead das notificações',
      start: 'início',
      after: 'tempo',
      unless: 'parado por',
      pipeline: 'funil',
      stage: 'etapa',
      repeat: 'frequência',
      machine_opens: 'aberturas automáticas',
      unmailable_clients: 'clientes que não podem receber e-mail',
      once: 'frequência',
      if: 'condição',
      delay: 'espera antes do envio',
      quiet_hours: 'horário de silêncio',
      when_left: 'leads que saem da etapa',
      stop_when: 'também parado quando',
      skip_moves_after: 'mudanças de etapa atrasadas',
      wait_for_contact: 'espera por um contato',
      bulk_guard: 'muitos leads de uma vez',
      deals: 'leads',
      within: 'tempo',
      consent: 'descadastros feitos no Kommo',
      from_crm: 'ativação',
      contact_field: 'caixa de seleção do contato',
      topics: 'tópicos',
      opt_in_from_crm: 'reversão de descadastros',
    } as Record<string, string>,
  },
  item: { problems: (count: number) => plural(count, 'erro') },
  rows: {
    add: 'Adicionar linha',
    valueHint: 'ex.: deal.price',
    nameless: 'Informe um nome ou remova a linha.',
    twice: 'Este nome já está em uso.',
    nth: (what: string, nth: number) => `${what} ${nth}`,
    valueOf: (name: string) => `Valor de ${name}`,
    remove: (name: string) => `Remover ${name}`,
  },
  liquid: {
    insert: 'Inserir um valor …',
    insertInto: (label: string) => `Inserir um valor: ${label}`,
    nothingFound: 'Nada encontrado',
    names: {
      event: 'o nome do evento',
      person: 'o e-mail ou ID da pessoa',
      subject: 'o assunto do e-mail',
      campaign_name: 'o nome da campanha',
      newsletter_name: 'o nome da newsletter',
      broadcast_name: 'o nome do broadcast',
      message_name: 'o nome da mensagem na campanha',
      preferences_url: 'link para a página de preferências do cliente, válido por 24 horas',
    } as Record<string, string>,
  },
  stages: {
    lead: 'Quando um lead entra em uma etapa com regra, o Stagepost envia o evento ao Customer.io, que inicia a campanha.',
    add: 'Adicionar regra',
    addTo: (stage: string) => `Adicionar regra: ${stage}`,
    remove: 'Remover esta regra',
    eventHint: 'O evento que dispara a campanha no Customer.io, ex.: demo_scheduled.',
    dataHint:
      'Disponível na campanha, ex.: {{ event.plan }}. Um valor é um caminho como deal.price, um número ou um template Liquid.',
    dataName: 'Nome no Customer.io',
    noteHint:
      'Gravada quando o Customer.io aceita o evento. Aceita Liquid. Em branco: “Event … sent to Customer.io for …”.',
    delay: 'Esperar antes de enviar',
    delayHint: 'Ex.: 2h ou 3d, no máximo 5d. Em branco: imediatamente.',
    quiet: 'Horário de silêncio',
    quietForAll: 'Horário de silêncio de todas as etapas',
    quietHint:
      'Nenhum evento sai neste horário; ele sai quando o horário termina. No fuso horário da conta do Kommo.',
    quietStageHint: 'Ex.: 21:00-08:00, ou off. Em branco: como em todas as etapas.',
    whenLeft: 'Se o lead sair da etapa antes disso',
    whenLeftHint: 'Só onde o evento espera.',
    whenLeftLabels: { drop: 'não enviar nada', send: 'enviar mesmo assim' },
    once: 'Frequência',
    onceHint: 'Para leads que voltam à etapa e para clientes com vários leads.',
    onceLabels: {
      '': 'sempre que um lead entra na etapa',
      deal: 'uma vez por lead',
      person: 'uma vez por cliente',
    },
    unmailable: 'Clientes que não podem receber e-mail',
    unmailableHint: 'Descadastrado, marcou como spam, e-mail devolvido ou sem endereço.',
    unmailableLabels: {
      send: 'enviar o evento; a nota diz que nenhum e-mail sai',
      skip: 'não enviar nada, não gravar nota',
    },
    lost: 'Regras de etapas que não existem no Kommo',
    lostHint:
      'A etapa foi renomeada ou removida no Kommo. Escolha outra etapa para a regra, ou remova a regra.',
    giveStage: 'Escolher outra etapa',
    giveStageHint: 'Escolha uma etapa',
    otherPipelines: (names: string[]) =>
      `${plural(names.length, 'funil', 'funis')} sem regra: ${names.join(', ')}`,
    skip: 'Ignorar mudanças de etapa com mais de',
    skipHint: 'Ex.: 24h. Em branco: 72h, o máximo que o Customer.io permite.',
    wait: 'Esperar por um contato com e-mail durante',
    waitHint: 'Alguns leads recebem o contato mais tarde. Ex.: 2h, no máximo 72h, ou off. Em branco: 24h.',
  },
  guard: {
    label: 'Muitos leads de uma vez',
    hint: 'Se mais leads do que isso entrarem em uma etapa de uma vez, como em uma importação, os eventos deles esperam sua decisão na página “Leads retidos”.',
    usual: 'reter acima de 100 leads por minuto (padrão)',
    asForAll: 'como em todas as etapas',
    kinds: { own: 'reter acima de outro limite', off: 'nunca reter' },
    deals: 'Mais leads que',
    within: 'Dentro de',
  },
  person: {
    identifyBy: 'As pessoas são identificadas por',
    identifyByHint: 'Mudar isto cria pessoas duplicadas no Customer.io.',
    identifyByLabels: { email: 'e-mail', contact_id: 'ID do contato no Kommo' },
    idPrefix: 'Prefixo dos IDs de contato',
    idPrefixHint:
      'Ex.: kommo-, se o seu produto usa números simples como IDs no Customer.io. Em branco: nenhum.',
    idPrefixUnused: 'Não tem efeito, porque as pessoas são identificadas por e-mail. Deixe em branco.',
    merge: 'Quando dois perfis são a mesma pessoa',
    mergeHint:
      'O e-mail de um contato mudou, ou contatos foram mesclados no Kommo. Uma mesclagem não pode ser desfeita.',
    mergeLabels: { on: 'mesclar no Customer.io', off: 'manter os dois' },
    emailRemoved: 'Quando um e-mail é removido no Kommo',
    emailRemovedHint: 'O cliente pode ter pedido isso.',
    emailRemovedLabels: {
      clear: 'remover no Customer.io',
      keep: 'manter, com um aviso',
      unsubscribe: 'descadastrar a pessoa',
    },
    contactDeleted: 'Quando um contato é excluído no Kommo',
    contactDeletedHint: 'Dez minutos depois, a menos que o contato tenha sido mesclado ou restaurado.',
    contactDeletedLabels: {
      keep: 'manter a pessoa no Customer.io',
      unsubscribe: 'descadastrar a pessoa',
      delete: 'excluir a pessoa no Customer.io',
    },
    contacts: 'Contatos que recebem e-mail',
    contactsHint: 'Quem é identificado e recebe o evento.',
    contactsLabels: { main: 'só o contato principal', all: 'todos os contatos' },
    deal: 'Se um cliente tem vários leads abertos',
    dealHint: 'Para onde vão as notas e tarefas sobre os e-mails dele. O status aparece em todos.',
    dealLabels: {
      last_changed: 'o que mudou por último',
      all: 'notas em todos, a tarefa em um',
    },
    dealInPipeline: (pipeline: string) => `um em ${pipeline}, se houver`,
    attributes: 'Atributos',
    attributesHint:
      'Atualizados conforme o lead e o contato mudam. O nome no Customer.io e o valor: um caminho, um número ou um template Liquid.',
  },
  reactions: {
    lead: 'O que o Stagepost faz no lead quando o Customer.io notifica algo sobre o cliente.',
    add: 'Adicionar uma reação a',
    addHint: 'ex.: email_clicked',
    remove: 'Remover esta reação',
    nothingYet: 'ainda não faz nada',
    noteHint: 'Aceita Liquid, ex.: {{ subject }} para o assunto do e-mail. Em branco: nenhuma nota.',
    fields: 'Campos do lead a preencher',
    fieldsHint: 'Se o campo já tiver este valor, a reação inteira é ignorada, inclusive nota, tags e tarefa.',
    field: 'Campo no Kommo',
    fieldValue: 'Texto a gravar',
    repeat: 'Frequência',
    repeatHint: 'Contada por e-mail e tipo de notificação.',
    repeatLabels: { first: 'só na primeira vez', every: 'sempre' },
    machines: 'Aberturas e cliques automáticos',
    machinesHint:
      'Apple Mail Privacy Protection, Gmail e verificadores de links abrem e-mails antes das pessoas.',
    machinesLabels: { ignore: 'ignorar', count: 'contar como de uma pessoa' },
  },
  conditions: {
    title: 'Somente se',
    hint: 'O que deve ser verdade sobre o lead quando ele entra na etapa. Sem condição, todos os leads contam.',
    unreadable: 'O formulário não consegue mostrar esta condição. Edite-a no texto das regras.',
    add: 'Adicionar condição',
    addGroup: 'Adicionar grupo',
    inGroup: (label: string, place: string) => `${label} ao grupo ${place}`,
    group: (place: string) => `Grupo ${place}`,
    removeGroup: (place: string) => `Remover grupo ${place}`,
    mode: (place: string) =>
      place === '' ? 'Como as condições se combinam' : `Grupo ${place}: como as condições se combinam`,
    modes: {
      all: 'Todas são verdadeiras',
      any: 'Pelo menos uma é verdadeira',
      none: 'Nenhuma é verdadeira',
      not_all: 'Nem todas são verdadeiras',
    },
    value: (place: string) => `Condição ${place}: valor`,
    test: (place: string) => `Condição ${place}: comparação`,
    wanted: (place: string) => `Condição ${place}: comparado com`,
    remove: (place: string) => `Remover condição ${place}`,
    listHint: 'Pro, Empresas',
    tests: {
      equals: 'é igual a',
      one_of: 'é um de',
      contains: 'contém',
      at_least: 'é no mínimo',
      at_most: 'é no máximo',
      empty: 'tem valor:',
    },
    empty: { yes: 'não, está vazio', no: 'sim' },
  },
  tags: {
    add: 'Tags a adicionar',
    addHint: 'Tags que ainda não existem no Kommo são criadas.',
    remove: 'Tags a remover',
    removeHint: 'As outras tags do lead ficam.',
    placeholder: 'Digite uma tag e pressione Enter',
  },
  task: {
    make: 'Criar uma tarefa',
    makeHint: 'Atribuída ao usuário responsável pelo lead.',
    text: 'Texto da tarefa',
    textHint: 'Aceita Liquid.',
    due: 'Prazo',
    dueHint: 'Ex.: 2d ou 4h. Em branco: 1d. Dias inteiros vencem no fim do dia.',
  },
  clocks: {
    lead: 'Inicie um timer quando um lead entra em uma etapa. Se o cliente não interagir a tempo, um evento de acompanhamento é enviado.',
    add: 'Adicionar timer',
    remove: 'Remover este timer',
    start: 'Começa com',
    startHint: 'Um evento que uma etapa envia.',
    after: 'Espera por',
    afterHint: 'Ex.: 5 days, 36 hours ou 90m.',
    unless: 'Parado por',
    unlessHint:
      'As notificações que contam como interação; any_engagement é toda abertura, clique, conversão e resposta.',
    event: 'Depois envia o evento',
    eventHint: 'Ao Customer.io, sobre a mesma pessoa.',
    stopWhen: 'Também parado quando',
    stopWhenHint: 'Um lead excluído sempre o para.',
    stopWhenLabels: {
      won: 'o lead é ganho',
      lost: 'o lead é perdido',
      stage_left: 'o lead saiu da etapa',
      unsubscribed: 'o cliente se descadastrou',
      bounced: 'o e-mail do cliente é devolvido',
    },
    unmailable: 'Clientes que não podem receber e-mail',
    unmailableHint: 'Descadastrado, marcou como spam ou e-mail devolvido.',
    unmailableLabels: {
      keep: 'manter o timer; a tarefa diz por que não houve e-mail',
      stop: 'parar o timer e não iniciar nenhum',
    },
  },
  text: {
    lead: 'O mesmo rascunho no formato do stagepost.yaml. As alterações daqui aparecem no formulário, e vice-versa.',
    label: 'Regras em texto (YAML)',
    line: (line: number) => `Linha ${number(line)}`,
  },
  try: {
    lead: 'Veja o que acontece com um cliente pelas regras em vigor e pelo seu rascunho. Nada é enviado ou armazenado de verdade.',
    kind: 'Testar com',
    deal: 'Um lead',
    event: 'Um evento recente',
    whichDeal: 'Lead',
    noDeal: 'Escolha um lead.',
    toStage: 'Como se mudasse para',
    toStageHint: 'Escolha uma etapa',
    noStage: 'Escolha uma etapa.',
    whichEvent: 'Evento',
    whichEventHint: 'Escolha um evento',
    button: 'Mostrar',
    looking: 'Verificando …',
    wrong: 'O rascunho tem erros. Até que sejam corrigidos, só as regras em vigor são mostradas.',
    untouched: 'Você ainda não alterou nada, por isso só as regras em vigor são mostradas.',
    same: 'O rascunho faz o mesmo.',
    result: 'O que aconteceria',
  },
  decision: {
    now: 'Regras em vigor',
    draft: 'Seu rascunho',
    byRule: (rule: string) => `Regra: ${rule}`,
    nth: (nth: number, title: string) => `${nth}. ${title}`,
    problem: (problem: string) => `Esta requisição falharia: ${problem}`,
    requestsOf: (side: string) => `Requisições: ${side}`,
    afterPrevious: 'depois que a anterior for aceita',
  },
  compare: {
    lead: (events: number) =>
      `Passa os últimos ${number(events)} eventos pelo seu rascunho e pelas regras em vigor, e mostra as diferenças. Nada é enviado.`,
    button: (events: number) => `Comparar com os últimos ${number(events)} eventos`,
    untouched: 'Nada a comparar: você ainda não alterou nada.',
    result: 'O que teria sido diferente',
    head: (looked: number, different: number) => {
      const of = looked === 1 ? 'do último evento' : `dos últimos ${number(looked)} eventos`;
      if (different === 0) return `O resultado ${of} teria sido o mesmo.`;
      return `${number(different)} ${of} ${different === 1 ? 'teria' : 'teriam'} resultado diferente.`;
    },
    shown: (count: number) => `Mostrando os ${number(count)} mais recentes.`,
    unknown: (count: number) =>
      `${plural(count, 'evento não pôde', 'eventos não puderam')} ser ${count === 1 ? 'comparado' : 'comparados'}: o lead ou a pessoa não pode mais ser lido.`,
    otherContents: (request: string) => `Conteúdo diferente: ${request}`,
  },
  renamed: {
    timers: (count: number, from: string) =>
      `${plural(count, 'temporizador começa', 'temporizadores começam')} com “${from}”, que agora nenhuma etapa envia.`,
    running: 'Os temporizadores que já correm após o evento anterior não farão nada ao terminar.',
    campaigns: (names: string[], from: string) =>
      `${names.map((name) => `“${name}”`).join(', ')} no Customer.io ainda ${names.length === 1 ? 'espera' : 'esperam'} “${from}”.`,
    rename: (count: number, to: string) => `${count === 1 ? 'Começar' : 'Começar todos'} com “${to}”`,
  },
  effects: {
    title: 'O que já existe',
    stage: (deals: number, stage: string, isNew: boolean) =>
      `${plural(deals, 'lead está', 'leads estão')} em “${stage}” agora. ${deals === 1 ? 'Ele não recebe' : 'Eles não recebem'} nada: a regra ${isNew ? 'nova' : 'alterada'} vale para o próximo lead que entrar na etapa.`,
    waiting: (count: number) =>
      count === 1
        ? '1 mudança de etapa está em espera (por um contato, pelo horário ou por uma decisão). Ela segue as regras novas.'
        : `${number(count)} mudanças de etapa estão em espera (por um contato, pelo horário ou por uma decisão). Elas seguem as regras novas.`,
    running: (count: number, start: string) =>
      `${plural(count, 'timer ativo', 'timers ativos')} após “${start}”.`,
    timer: {
      removed: 'Eles não fazem nada quando terminam, porque a regra deles foi removida.',
      length: 'Eles mantêm o fim; a nova duração vale para timers que começam a partir de agora.',
      stops: 'Eles são parados pelas mesmas notificações de antes.',
      outcome: 'O que eles fazem ao terminar segue a regra nova.',
    } satisfies Record<PublishEffects['timers'][number]['changes'][number], string>,
  },
  publish: {
    title: 'Publicar o rascunho',
    changes: 'O que muda',
    noChanges: 'Nada muda para leads e pessoas; só a formatação ou os comentários são diferentes.',
    note: 'Motivo (opcional)',
    noteHint: 'Salvo com a versão e no registro de auditoria.',
    when: 'Vale para novos eventos. O que já foi processado fica como está.',
    button: 'Publicar',
    done: (version: number) => `A versão ${version} está em vigor.`,
    toRules: 'Ver as regras',
    conflictDraft: 'Seu rascunho foi mantido. Feche esta janela para ver o que mudou.',
  },
  effect: {
    title: 'Isso mudou alguma coisa?',
    stages: 'Etapas antes e depois',
    version: 'Versão',
    stage: 'Etapa',
    sentence: (span: string, after: EffectCounts, before: EffectCounts) =>
      `Em ${span} após a publicação, ${number(after.emailed)} de ${plural(after.entered, 'mudança de etapa', 'mudanças de etapa')} levaram a um e-mail, com ${number(after.opened)} abertos. Em ${span} antes, ${number(before.emailed)} de ${number(before.entered)} levaram a um e-mail, com ${number(before.opened)} abertos.`,
    before: (count: string) => `antes: ${count}`,
    share: (count: string, share: number) => `${count} (${percent(share)})`,
    hint: 'Leads que entraram em uma etapa com regra depois da publicação da versão, até a versão seguinte e no máximo 30 dias, ao lado do mesmo período antes. E-mails das últimas horas ainda podem ser abertos.',
    none: (span: string) =>
      `Nenhum lead entrou em uma etapa com regra em ${span} após a publicação, nem em ${span} antes.`,
  },
  versions: {
    title: 'Versões das regras',
    toRules: 'Ver as regras em vigor',
    none: 'Nada foi publicado ainda.',
    noneHint: 'A primeira versão aparece quando alguém edita as regras e as publica.',
    viewer: 'Você precisa do papel de editor para restaurar uma versão.',
    version: (version: number) => `Versão ${version}`,
    runs: 'em vigor',
    by: (name: string) => `por ${name}`,
    restored: (version: number) => `Restaurada da versão ${version}`,
    noNote: 'nenhum motivo informado',
    compare: 'Comparar',
    compareOne: (version: number) => `Comparar a versão ${version} com a mais nova`,
    restore: 'Restaurar …',
    restoreOne: (version: number) => `Restaurar a versão ${version}`,
    restoreTitle: (version: number) => `Restaurar a versão ${version}`,
    restoreNow: (version: number) => `Restaurar a versão ${version}`,
    conflict: 'Feche esta janela e confira primeiro a versão mais nova.',
    difference: 'Comparar duas versões',
    from: 'De',
    to: 'Para',
    nothing: 'Nada (antes da versão 1)',
    sameText: 'As versões são idênticas.',
    onlyText:
      'Só a formatação ou os comentários são diferentes; leads e pessoas são tratados da mesma forma.',
    equalLines: (count: number) => `… ${plural(count, 'linha sem alteração', 'linhas sem alteração')}`,
  },
};

/** The texts about the campaigns that events start. */
const coverageTexts: Texts['coverageTexts'] = {
  column: 'Campanha que inicia',
  running: 'ativa',
  draft: 'rascunho',
  stopped: 'parada',
  none: 'Nenhuma campanha',
  noRunning: 'Nenhuma campanha ativa',
  notKnown: 'desconhecida',
  more: (count: number) => `e mais ${count}`,
  opensCustomerio: (name: string) => `${name} (abre o Customer.io)`,
  title: 'Campanhas no Customer.io',
  good: 'Cada evento inicia uma campanha ativa.',
  missing: (count: number) =>
    count === 1
      ? 'Um evento não inicia nenhuma campanha ativa.'
      : `${count} eventos não iniciam nenhuma campanha ativa.`,
  read: 'Última leitura das campanhas',
  notRead: 'As campanhas ainda não foram lidas.',
  failed: 'Não foi possível ler as campanhas do Customer.io:',
  check: 'Verificar de novo',
  open: 'Abrir as campanhas no Customer.io',
  others: (count: number) =>
    `${plural(count, 'evento que inicia', 'eventos que iniciam')} campanhas, mas que nenhuma regra envia`,
  othersHint:
    'Outros sistemas podem enviá-los: seu app, seu site. Só se você espera um e-mail aqui é que falta algo.',
  moreOthers: (count: number) => `Mais ${count} não exibidos.`,
  onPublishHint: 'Você pode publicar mesmo assim e iniciar a campanha depois.',
};

/** The live preview of rules, and the deals that they are tried on. */
const previewTexts: Texts['previewTexts'] = {
  title: 'Prévia com o lead de',
  lead: 'Abaixo de cada texto você vê como ele fica para este lead. Nada é enviado ou gravado.',
  hasNone: 'Nenhum lead mudou de etapa ainda. Busque um pelo nome para ver como cada texto fica.',
  dealHint: 'Digite um nome, uma empresa ou o número de um lead',
  searching: 'Buscando …',
  noDeal: 'Nenhum lead encontrado.',
  number: (id: string) => `lead ${id}`,
  failed: (reason: string) => `Não é possível mostrar a prévia. ${reason}`,
  outcome: 'Resultado',
  empty: '(vazio para este lead)',
  example: 'com valores de exemplo, porque ainda não chegou nenhuma notificação assim',
};

/** "Send it to me": the event of a rule for a test person. */
const sendTexts = {
  title: 'Enviar para mim',
  lead: (deal: string) =>
    `Envia este evento com os dados de ${deal} a uma pessoa de teste no Customer.io, para você receber o e-mail real da campanha. Ele chega só ao endereço abaixo, e nada é escrito no Kommo.`,
  limits:
    'As condições, a espera, o horário de silêncio e “uma só vez” da regra não se aplicam. Os filtros, as esperas e as metas da campanha, sim.',
  address: 'Seu e-mail',
  addressHint:
    'Um que nenhum cliente tenha. Quem tem perfil no Customer.io pode acrescentar uma etiqueta: voce+stagepost@…',
  button: 'Enviar o teste',
  noDeal: 'Escolha um lead acima para enviar os dados dele.',
  wrong: 'Corrija primeiro os erros do rascunho.',
  sent: (event: string, to: string) => `O Customer.io aceitou ${event} para ${to}.`,
  campaigns: (names: string[]) =>
    names.length === 1
      ? `Inicia a campanha “${names[0]}”.`
      : `Inicia as campanhas ${names.map((name) => `“${name}”`).join(', ')}.`,
  noCampaign: 'Nenhuma campanha ativa começa com este evento, então nenhum e-mail vai chegar.',
  unknown: 'O Stagepost não sabe quais campanhas começam com ele: para isso é preciso uma chave da App API.',
  what: 'Ver o que foi enviado',
  person: (id: string) => `Perfil no Customer.io: ${id}`,
  attributes: 'Atributos',
  data: 'Dados do evento',
};

/** Test cases of rules. */
const caseTexts: Texts['caseTexts'] = {
  lead: 'Eventos reais cujo resultado deve continuar como está. Eles passam pelo seu rascunho aqui, e de novo antes de você publicar.',
  none: 'Nenhum caso de teste ainda.',
  noneHint: 'Teste as regras com um lead ou evento em “Testar” e salve o resultado como caso de teste.',
  save: 'Salvar como caso de teste',
  saveHint:
    'Guarda o evento, os dados do cliente como estão agora e o que as regras em vigor fazem. Os dados são mantidos até você excluir o caso de teste, ou até o lead ou o contato ser excluído no Kommo.',
  name: 'Nome',
  nameHint: 'ex.: Lead perdido de um cliente descadastrado',
  saved: (name: string) => `“${name}” foi salvo. Você o encontra em “Casos de teste”.`,
  head: (all: number, others: number) => {
    if (others === 0)
      return all === 1 ? 'O caso de teste passa.' : `Todos os ${number(all)} casos de teste passam.`;
    return `${number(others)} de ${plural(all, 'caso de teste', 'casos de teste')} ${others === 1 ? 'não dá' : 'não dão'} o resultado esperado.`;
  },
  judging: 'Executando os casos de teste …',
  results: { same: 'passa', different: 'difere', unknown: 'não pode ser avaliado' },
  unknown:
    'Estas regras precisam de dados que este caso de teste não tem, ou outra versão do Stagepost o salvou. Exclua-o e salve o evento de novo.',
  by: (name: string) => `salvo por ${name}`,
  expected: 'Esperado',
  actual: 'Seu rascunho',
  rename: 'Renomear',
  renameOne: (name: string) => `Renomear “${name}”`,
  renameTo: 'Novo nome',
  delete: 'Excluir …',
  deleteOne: (name: string) => `Excluir “${name}”`,
  sureDelete: 'O caso de teste e os dados dele são excluídos.',
  deleteNow: 'Excluir',
  accept: 'Esperar isto a partir de agora',
  acceptOne: (name: string) => `Esperar isto a partir de agora: “${name}”`,
  tooMany: 'Os primeiros 20 que diferem mostram como.',
  acceptAll: 'Publicar mesmo com casos de teste diferentes',
  acceptAllHint: 'Nesse caso, o motivo abaixo é obrigatório e fica no registro de auditoria.',
  reason: 'Motivo',
};

/** The texts about connections as a whole. */
const connectionTexts: Texts['connectionTexts'] = {
  source: { file: 'no arquivo de configuração', console: 'gerenciada aqui' } satisfies Record<
    ShownConnection['source'],
    string
  >,
  sourceHint: {
    file: 'Altere no stagepost.yaml e reinicie o Stagepost.',
    console: 'É alterada aqui, sem reiniciar.',
  } satisfies Record<ShownConnection['source'], string>,
  workspace: (id: number | null) => (id === null ? 'Customer.io' : `Workspace ${id} do Customer.io`),
  polled: (seconds: number) =>
    `As mudanças de etapa são lidas do histórico do Kommo a cada ${seconds} segundos; assim, as campanhas começam em até ${seconds} segundos.`,
  useWebhooks: 'Usar webhooks',
  useWebhooksHint:
    'Se o plano do Kommo agora tem webhooks, as campanhas começam em segundos. Nada se perde com a mudança.',
  pausedSince: 'Pausada',
  sharesKommo: (others: string[]) =>
    `${others.join(', ')} ${others.length === 1 ? 'tem' : 'têm'} a mesma conta do Kommo. Cada mudança de etapa é tratada por cada uma: notas, tarefas e e-mails em dobro.`,
  sharesWorkspace: (others: string[]) =>
    `${others.join(', ')} ${others.length === 1 ? 'envia' : 'enviam'} para o mesmo workspace do Customer.io. Um cliente de ambas é uma só pessoa lá, e um descadastro vale para ambas.`,
  pause: 'Pausar',
  resume: 'Retomar',
  remove: 'Remover',
  download: 'Baixar como arquivo',
  label: (action: string, connection: string) => `${action}: ${connection}`,
  titles: {
    pause: (connection: string) => `Pausar ${connection}?`,
    resume: (connection: string) => `Retomar ${connection}?`,
    remove: (connection: string) => `Remover ${connection}?`,
  },
  keys: {
    button: 'Trocar as chaves',
    title: (connection: string) => `Trocar as chaves de ${connection}`,
    lead: 'Informe o que é novo. Primeiro é verificado com a conta; até lá, o que estava armazenado continua em uso.',
    inputs: {
      token: 'Token de longa duração do Kommo',
      site_id: 'Site ID',
      api_key: 'Tracking API key',
      app_key: 'App API key',
      signing_key: 'Chave de assinatura (signing key)',
    },
    oauth: 'O acesso ao Kommo foi concedido na janela do Kommo e não precisa de chave aqui.',
    checking: 'Verificando …',
    save: 'Verificar e salvar',
  },
  cancel: 'Cancelar',
  find: 'Buscar conexão',
  none: 'Nenhuma conexão tem este nome.',
  more: (shown: number, all: number) => `${shown} de ${all} conexões. Digite um nome para encontrar outras.`,
  all: 'Todas as conexões',
  unreadable: {
    title: 'Conexões que não podem ser lidas',
    lead: 'Elas estão no banco de dados, e nada se perde: o Kommo e o Customer.io repetem os webhooks de uma conexão que não está rodando.',
    stopped: (connection: string) => `${connection} não está rodando`,
    changed: (connection: string) => `${connection} roda como antes da última alteração`,
  },
};

/** The texts of the wizard that makes a connection. Pages of Customer.io keep their English names, as it has no others. */
const setupTexts: Texts['setupTexts'] = {
  title: 'Conectar Kommo e Customer.io',
  titleOf: (name: string) => `Conectar ${name}`,
  steps: 'Passos',
  stepDone: 'feito',
  stepLabels: { kommo: 'Kommo', customerio: 'Customer.io', rules: 'Regras', finish: 'Concluir' },
  back: 'Voltar',
  check: 'Verificar',
  checkAgain: 'Verificar de novo',
  continue: 'Continuar',
  needed: (what: string) => `Ainda falta: ${what}`,
  copy: (what: string) => `Copiar ${what}`,
  open: 'Abrir a página',
  levelLabels: { good: 'OK', note: 'Nota', warning: 'Aviso', problem: 'Problema' },
  onlyAdmins: 'Só um administrador pode adicionar uma conexão',
  onlyAdminsHint:
    'Uma conexão guarda chaves das duas contas. Peça a um administrador para adicioná-la; ela aparece sozinha nas suas páginas.',
  gone: 'Não há configuração com este nome',
  goneHint: 'Ela foi concluída ou excluída, talvez em outra janela.',
  toConnections: 'Ver as conexões',
  toStart: 'Adicionar conexão',

  start: {
    lead: 'Leads que se movem no Kommo iniciam campanhas no Customer.io, e aberturas, cliques e descadastros aparecem nos leads. Conectar os dois leva cerca de dez minutos.',
    needs: 'Do que você precisa',
    needList: [
      'Uma conta do Kommo em que você seja administrador',
      'Um workspace do Customer.io em que você possa ver as chaves de API',
    ],
    isSafe: 'Nada roda antes do último passo, e você pode sair a qualquer momento e voltar.',
    url: 'Endereço da sua conta do Kommo',
    urlHint: 'Como aparece no navegador quando você está no Kommo.',
    name: 'Nome da conexão',
    nameHint:
      'Letras minúsculas, dígitos, - e _. Faz parte dos endereços dos webhooks e não pode ser mudado depois.',
    noName: 'Informe um nome, como acme.',
    badName: 'Use só letras minúsculas, dígitos, - e _, começando com letra ou dígito.',
    takenName: 'Já existe uma conexão ou configuração com este nome. Escolha outro.',
    button: 'Começar',
    noPublicUrl:
      'O Stagepost não sabe em que endereço o Kommo e o Customer.io o alcançam. Você pode começar, mas antes do último passo ele precisa rodar com --public-url https://seu-host.',
    unfinished: 'Ainda não concluídas',
    unfinishedNext: (step: string) => `Próximo: ${step}`,
    begun: (by: string) => `iniciada por ${by}`,
    resume: 'Continuar',
    resumeLabel: (name: string) => `Continuar com ${name}`,
    remove: 'Excluir',
    removeLabel: (name: string) => `Excluir a configuração de ${name}`,
    sure: (name: string) =>
      `As respostas e chaves de ${name} são excluídas. Nada muda no Kommo nem no Customer.io.`,
  },

  secret: {
    stored: 'Armazenado, com criptografia',
    replace: 'Substituir',
    replaceLabel: (label: string) => `Substituir: ${label}`,
    show: (label: string) => `Mostrar ${label}`,
  },

  kommo: {
    title: 'Dê ao Stagepost acesso ao Kommo',
    lead: 'O Stagepost lê leads e contatos, e grava notas, tarefas e valores de campos.',
    missing: 'O Kommo ainda não está conectado.',
    checking: 'Verificando com o Kommo …',
    ways: 'Como',
    wayLabels: {
      button: 'Um clique',
      integration: 'Sua própria integração',
      code: 'Um código do Kommo',
      token: 'Um token de longa duração',
    },
    token: 'Token de longa duração',
    tokenWhere: 'Onde consigo o token?',
    tokenClicks: [
      'No Kommo, abra Configurações > Integrações e clique em “Criar integração” no canto superior direito.',
      'Escolha “Integração privada” e deixe “URL de redirecionamento” em branco.',
      'Marque “Permitir acesso: Todos”, dê o nome Stagepost e salve.',
      'Abra a aba “Chaves e escopos” da integração e clique em “Gerar token de longa duração”.',
      'Escolha a data de expiração mais distante que o Kommo oferece, copie o token e cole aqui. O Kommo o mostra só uma vez.',
    ],
    connect: 'Conectar o Kommo',
    connectHint:
      'O Kommo abre aqui. Entre como administrador, escolha a conta e permita o acesso; depois o Kommo traz você de volta.',
    allow: 'Permitir acesso no Kommo',
    allowHint: 'O Kommo abre aqui e pergunta se o Stagepost pode ter acesso; depois traz você de volta.',
    waiting: 'Aguardando o Kommo …',
    otherWay: 'Usar outro modo',
    integrationClicks: [
      'No Kommo, abra Configurações > Integrações, clique em “Criar integração” e escolha “Integração privada”.',
      'Informe os endereços abaixo, marque “Permitir acesso: Todos”, dê o nome Stagepost e salve.',
      'Abra a aba “Chaves e escopos” da integração e copie o ID da integração e a chave secreta para cá.',
    ],
    redirectUri: 'URL de redirecionamento',
    disconnectUri: 'Notificação de acesso revogado',
    noAddress: 'Aparece quando o Stagepost souber seu endereço público.',
    clientId: 'ID da integração',
    clientSecret: 'Chave secreta',
    saveIntegration: 'Salvar',
    integrationStored: 'A integração está armazenada.',
    code: 'Código de autorização',
    codeHint: 'Da aba “Chaves e escopos”. Funciona uma vez, por vinte minutos.',
    useCode: 'Usar o código',
    facts: 'O que o Kommo informa',
    account: 'Conta',
    number: (id: number) => `número ${id}`,
    place: 'Moeda, fuso horário',
    user: 'Acesso concedido por',
    admin: 'administrador',
    notAdmin: 'não é administrador',
    validUntil: 'O acesso vence',
    renewed: 'Renovado automaticamente',
    unknownEnd: 'O Kommo não informa',
    changes: 'As mudanças de etapa chegam por',
    changesLabels: {
      webhooks: 'webhook, em segundos',
      polling: 'histórico do Kommo, lido a cada 20 segundos',
    },
    polling: 'Ler o histórico do Kommo',
    pollingHint:
      'Este plano do Kommo não envia webhooks. O Stagepost pode ler a lista de alterações: assim as campanhas começam em até 20 segundos.',
  },

  customerio: {
    title: 'Dê ao Stagepost acesso ao Customer.io',
    lead: 'O Stagepost envia pessoas e eventos a um workspace, e recebe notificações sobre os e-mails dele.',
    checking: 'Verificando com o Customer.io …',
    tracking: 'Envio de pessoas e eventos',
    siteId: 'Site ID',
    apiKey: 'Tracking API key',
    trackingWhere: 'Onde ficam?',
    trackingClicks: [
      'No Customer.io, abra o workspace que envia os e-mails.',
      'Abra Settings > Account Settings > API Credentials; em contas mais novas, fica nas configurações do workspace.',
      'Em “Tracking API Keys”, crie uma chave para este workspace e copie o Site ID e a API key dela.',
    ],
    region: 'Data center',
    regionLabels: { us: 'Estados Unidos', eu: 'Europa' },
    workspace: 'Workspace',
    seeWorkspace: 'abrir',
    campaigns: 'Campanhas e notificações',
    appKey: 'App API key',
    appKeyOptional: 'opcional',
    appKeyHint:
      'Com ela, o Stagepost cria sozinho o webhook de notificações, informa qual campanha começa em qual etapa e mostra as campanhas pelo nome.',
    appKeyWhere: 'Onde fica?',
    appKeyClicks: [
      'Abra a mesma página, API Credentials, e nela “App API Keys”.',
      'Crie uma chave com o nome Stagepost para este workspace e copie. O Customer.io a mostra só uma vez.',
    ],
    reporting: 'Notificações sobre e-mails',
    byApi: 'O Stagepost cria o webhook de notificações no último passo, com a App API key.',
    prepareWhy:
      'A chave de assinatura (signing key) está na página de um Reporting Webhook. Se o workspace ainda não tem nenhum, o Stagepost pode criar o dele agora, desativado, e ativá-lo no último passo.',
    prepare: 'Criar o webhook agora, desativado',
    prepared: (webhook: string) =>
      `O webhook “${webhook}” existe, desativado. Copie a chave de assinatura (signing key) da página dele; o último passo ativa o webhook.`,
    byHand: 'Crie um Reporting Webhook no Customer.io com estes valores:',
    endpoint: 'URL do webhook',
    webhookName: 'Nome',
    events: 'Eventos a marcar',
    noEndpoint: 'O endereço aparece quando o Stagepost souber seu endereço público.',
    openPage: 'Abrir o Customer.io',
    signing: 'Chave de assinatura (signing key)',
    signingHint: 'Com ela, o Stagepost sabe que uma notificação vem mesmo do Customer.io.',
    signingWays: 'Como',
    signingPaste: 'Colar a chave',
    signingAccount: 'Deixar o Stagepost ler',
    signingClicks: [
      'Abra Data & Integrations > Integrations > Reporting Webhooks e, nela, um webhook.',
      'Copie a signing key que a página mostra.',
    ],
    signingWhere: 'Onde fica?',
    serviceAccount: 'Token de uma service account',
    serviceAccountHint:
      'Começa com sa_live_. O Stagepost lê a chave de assinatura com ele uma vez e não guarda o token. Exclua a service account depois.',
    readOnce: 'Ler do Customer.io',
  },

  rules: {
    title: 'O que deve acontecer?',
    lead: 'Escolha com o que começar. Tudo pode ser mudado depois na página Regras.',
    recipes: 'Receitas',
    does: 'O que acontece',
    stagePlaceholder: 'Escolha uma etapa',
    starts: (campaigns: string) => `inicia ${campaigns}`,
    attributes: 'O que o Customer.io fica sabendo sobre as pessoas',
    attributesLead: (sample: string | null) =>
      sample === null
        ? 'Cada linha vira um atributo da pessoa.'
        : `Cada linha vira um atributo da pessoa. Os exemplos são do lead “${sample}”.`,
    attribute: 'Atributo no Customer.io',
    source: 'Campo no Kommo',
    example: (value: string) => `como ${value}`,
    startsHere: '(escolhida abaixo)',
    noExample: 'vazio neste lead',
    of: { deal: 'Lead', contact: 'Contato', company: 'Empresa' },
    add: 'Adicionar atributo',
    removeLabel: (attribute: string) => `Remover ${attribute || 'esta linha'}`,
    use: 'Usar estas regras',
    saved: 'Salvo',
    saving: 'Verificando as regras …',
    pipelines: 'Seus funis',
    incomplete: 'Preencha todos os campos das receitas e dos atributos que você escolheu, ou remova-os.',
    edited: 'As regras foram editadas como texto. Escolher receitas ou atributos aqui substitui o texto.',
    replace: 'Substituir o texto por estas escolhas',
    asText: 'Ver as regras como texto',
    text: 'Regras',
    textHint: 'Normalmente não é preciso mudar isto.',
    saveText: 'Usar este texto',
    line: (line: number) => `Linha ${line}`,
    nothing: 'Escolha pelo menos uma receita.',
  },

  events: {
    title: 'Quais campanhas começam',
    unknown: (event: string) => `Não se sabe qual campanha começa com ${event}.`,
  },

  finish: {
    title: 'Pronto para conectar',
    running: 'Conectando …',
    doneTitle: 'Conectado',
    waitingTitle: 'Quase lá',
    lead: 'Isto é o que o Stagepost faz quando você clica em “Conectar”. Cada parte pode ser repetida sem que nada seja feito duas vezes.',
    leadRunning: 'Cada parte fica verde quando é comprovada. Você pode sair desta página e voltar.',
    button: 'Conectar',
    again: 'Tentar novamente',
    list: 'O que é feito',
    stateLabels: {
      waiting: 'não iniciado',
      running: 'em andamento',
      done: 'feito',
      person: 'precisa de você',
      failed: 'falhou',
      skipped: 'desnecessário',
    },
    notYet: (step: string) => `Conclua primeiro o passo “${step}”.`,
    done: 'A partir de agora, leads que se movem iniciam campanhas.',
    next: 'O que vem a seguir',
    toNow: 'Ver a visão geral',
    toRules: 'Ajustar as regras',
    toConnections: 'Ver a conexão',
    toBackfill: 'Trazer os clientes que você já tem',
  },
};

/** The texts of the page Alerts. */
const alertTexts: Texts['alertTexts'] = {
  title: 'Alertas',
  lead: 'Quem é avisado quando algo para de funcionar, e quando volta. Uma mensagem por mudança; o que muda junto vai em uma só mensagem.',
  none: 'Ninguém é avisado ainda',
  noneHint:
    'Se o Kommo recusar o token hoje à noite, você só fica sabendo aqui. Adicione um destinatário ao stagepost.yaml e reinicie: Slack, e-mail, um webhook ou uma tarefa no Kommo.',
  example: 'O que escrever no stagepost.yaml',
  exampleText: `alerts:
  receivers:
    - name: equipe
      kind: slack
      target_url: \${SLACK_WEBHOOK_URL}
    - name: escritorio
      kind: mail
      smtp_url: \${SMTP_URL}
      from: stagepost@example.com
      to: [ops@example.com]
    - name: vendas
      kind: kommo_task
      user: Maria Lopes`,
  receivers: 'Destinatários',
  kinds: {
    webhook: 'Webhook',
    slack: 'Slack',
    mail: 'E-mail',
    kommo_task: 'Tarefa no Kommo para',
  } satisfies Record<AlertReceiver['kind'], string>,
  gets: (what: string) => `Recebe ${what}.`,
  levels: {
    broken: 'falhas',
    warning: 'avisos',
    recovered: 'recuperações',
  } satisfies Record<AlertLevel, string>,
  about: 'sobre',
  topics: {
    health: 'saúde',
    dead_letters: 'ações com falha',
    backlog: 'fila acumulada',
    opt_outs: 'descadastros',
    gaps: 'webhooks perdidos',
  } satisfies Record<AlertTopic, string>,
  everything: 'tudo',
  of: (connections: string) => `só para ${connections}`,
  never: 'Nenhuma mensagem ainda.',
  works: 'Última mensagem entregue',
  testWorked: 'Último teste entregue',
  fails: 'Sem contato; a primeira falha foi',
  nextAttempt: 'Próxima tentativa',
  waiting: (count: number) => `${plural(count, 'mudança aguarda', 'mudanças aguardam')} envio.`,
  test: 'Enviar um teste',
  testOf: (name: string) => `Enviar um teste para ${name}`,
  delivered: (name: string) => `O teste foi aceito. Verifique se chegou a ${name}.`,
  notDelivered: 'O teste não chegou:',
  open: 'Problemas em curso',
  mute: 'Silenciar',
  muteOf: (name: string) => `Silenciar ${name}`,
  forHour: 'Por 1 hora',
  forDay: 'Por 1 dia',
  forWeek: 'Por 1 semana',
  until: 'Até …',
  untilLabel: 'Silenciado até',
  untilHint: 'No máximo 30 dias. No seu fuso horário.',
  tooLate: 'Escolha um horário nos próximos 30 dias.',
  cancel: 'Cancelar',
  everywhere: 'todas as conexões',
  installation: 'o próprio Stagepost',
  muted: 'Silenciado',
  mutedHint: 'Nada disto é enviado. O que ainda durar no fim é enviado então.',
  mutedUntil: 'termina',
  mutedBy: (name: string) => `por ${name}`,
  everyReceiver: 'todos os destinatários',
  everyProblem: 'todos os problemas',
  unmute: 'Encerrar agora',
  unmuteOf: (name: string) => `Encerrar agora: ${name}`,
  messages: 'Últimas mensagens',
  noMessages: 'Nada foi enviado ainda.',
  to: 'Para',
  outcomes: { delivered: 'Entregue', failed: 'Falhou' },
  attempts: (count: number) => `após ${plural(count, 'tentativa')}`,
};

/** The texts of the demo board. */
const boardTexts: Texts['boardTexts'] = {
  title: 'Quadro da demo',
  lead: 'O Kommo e o Customer.io são simulados aqui. Mova leads como a equipe de vendas faria, leia os e-mails como os clientes fariam e quebre o que quiser: o Stagepost faz o resto.',
  add: 'Novo lead',
  addName: 'Cliente',
  addHint: 'Deixe em branco para um nome qualquer.',
  addButton: 'Criar',
  onlyDemo: 'O quadro só está disponível na demo.',
  onlyDemoHint: 'Inicie com: npx stagepost demo',
  choose: 'Selecione um lead para ver o cartão dele e a caixa de entrada do cliente.',
  stage: 'Etapa',
  starts: (event: string) => `inicia ${event}`,
  startsNothing: (event: string) => `envia ${event}: nenhuma campanha o espera`,
  scroll:
    'Role para o lado para ver mais etapas. Para mover um lead sem arrastar, selecione-o e escolha uma etapa no cartão.',
  /** In US dollars. */
  price: (dollars: number) => `US$ ${number(dollars)}`,
  inKommo: 'No Kommo',
  noEntries: 'Nenhuma nota ou tarefa ainda.',
  note: 'Nota',
  task: 'Tarefa',
  mailbox: (email: string) => `Caixa de entrada de ${email}`,
  noMails: 'Nenhum e-mail ainda. Mova o lead para uma etapa que inicia uma campanha.',
  unread: 'não aberto',
  notSent: {
    unsubscribed: 'Não enviado: o cliente se descadastrou.',
    suppressed: 'Não enviado: um e-mail anterior para este endereço foi devolvido ou marcado como spam.',
    bounced: (why: string) => `Devolvido: ${why}`,
    other: (why: string) => `Não enviado: ${why}`,
    noCampaign: (event: string) =>
      `Nenhuma campanha no Customer.io é disparada por ${event}, por isso nenhum e-mail foi enviado.`,
  },
  marks: {
    opened: 'aberto',
    machine_opened: 'aberto pelo Apple Mail Privacy: ignorado',
    clicked: 'clicado',
    converted: 'convertido',
    unsubscribed: 'descadastrado',
    spammed: 'marcado como spam',
  } satisfies Record<MailMark, string>,
  acts: {
    open: 'Abrir',
    machine_open: 'Deixar o Apple Mail Privacy abrir',
    click: 'Clicar no link',
    convert: 'Fazer o que a campanha quer (conversão)',
    unsubscribe: 'Descadastrar-se',
    spam: 'Marcar como spam',
    bounce: 'Devolver',
  } satisfies Record<MailAction, string>,
  more: (subject: string) => `Mais sobre “${subject}”`,
  footer: 'Você recebe este e-mail porque está em contato com a nossa equipe de vendas.',
  why: 'O que o Stagepost fez, e por quê',
};

const storyTexts: Texts['storyTexts'] = {
  title: 'A história',
  state: {
    ready: 'não iniciada',
    playing: 'em andamento',
    paused: 'pausada',
    ended: 'encerrada',
  } satisfies Record<Story['state'], string>,
  lead: 'Quatro clientes, do primeiro movimento ao último clique. Cada linha é verificada do outro lado, com o tempo que levou. A história tem clientes próprios: brinque com os outros enquanto ela roda.',
  start: 'Começar a história',
  resume: 'Continuar',
  pause: 'Pausar',
  next: 'Próximo passo',
  replay: 'Ver de novo',
  scenes: 'Cenas',
  scene: (title: string) => title.replace(/^\d+\. /, ''),
  effect: {
    waiting: '…',
    seen: 'visto',
    missed: 'não veio, e não há mais nada em andamento',
    yours: 'você foi mais rápido: você mesmo alterou este cliente',
    skipped: 'não esperado',
  } satisfies Record<EffectState, string>,
  side: { kommo: 'Kommo', customerio: 'Customer.io' } satisfies Record<SideName, string>,
  ms: (ms: number) => `${number(ms)} ms`,
  slow: (ms: number, isBroken: boolean) =>
    `esperando há ${number(Math.round(ms / 1000))} s${isBroken ? ', até tudo ser consertado' : ''}`,
  show: 'Mostrar este lead',
};

const outageTexts: Texts['outageTexts'] = {
  title: 'Quebrar algo',
  lead: 'Três leads continuam se movendo enquanto está quebrado. Veja o que fica em espera e depois conserte.',
  act: {
    kommo_token: 'Revogar o token do Kommo',
    customerio_away: 'Derrubar o Customer.io',
    rate_limit: 'O Kommo responde 429',
    signing_key: 'Chave de assinatura errada',
    missing_field: 'Excluir um campo no Kommo',
    killed_server: 'Matar o Stagepost (kill -9)',
  } satisfies Record<OutageKind, string>,
  broken: {
    kommo_token: 'O Kommo recusa o token. As mudanças de etapa são armazenadas, e nada é jogado fora.',
    customerio_away: 'O Customer.io derruba toda conexão. Os eventos esperam e mantêm a ordem.',
    rate_limit: 'O Kommo responde “requisições demais” a tudo. O Stagepost vai mais devagar e espera.',
    signing_key:
      'O Customer.io assina com uma chave que o Stagepost não conhece. Aberturas e cliques são recusados, e o Customer.io os guarda. Aqui ele espera 5 s para tentar de novo; na vida real, uma hora.',
    missing_field:
      'O campo email_status do lead é excluído no Kommo, e três clientes se descadastram. O Kommo recusa a anotação disso nos leads deles. Veja Problemas: conserte aqui ou crie o campo em Conexões, e depois reenvie.',
    killed_server: 'O Stagepost foi morto no meio do trabalho. Ele inicia de novo sozinho.',
  } satisfies Record<OutageKind, string>,
  repair: 'Consertar',
  arrived: (arrived: number, all: number) => `${arrived} de ${all} ${arrived === 1 ? 'chegou' : 'chegaram'}`,
  recovering:
    'Consertado. O que esperava está a caminho: quanto mais tempo ficou quebrado, mais o Stagepost espera para perguntar de novo, até um minuto.',
  proven: (all: number, took: string) =>
    `Nada se perdeu: todos os ${all} chegaram em até ${took} após o conserto.`,
  touched: (deals: number) =>
    `Você mesmo alterou ${plural(deals, 'destes leads', 'destes leads')}: não ${deals === 1 ? 'contado' : 'contados'}.`,
  incomplete: (count: number) =>
    `${plural(count, 'não chegou', 'não chegaram')}, e não há mais nada em andamento.`,
  once: 'Em ordem, e cada um uma vez.',
  twice: (count: number) => `${plural(count, 'chegou duas vezes', 'chegaram duas vezes')}.`,
  outOfOrder: 'Fora da ordem dos movimentos.',
  parcel: (what: string, deal: number, count: number) =>
    `${what}, lead ${deal}: ${count === 0 ? 'aguardando' : count === 1 ? 'chegou' : `chegou ${count} vezes`}`,
  overview: 'Como o Stagepost mostra isso',
  problems: 'Ver em Problemas',
  retry:
    'O campo voltou. O que o Kommo recusou é enviado de novo quando você clica em Reenviar em Problemas.',
};

const flowTexts: Texts['flowTexts'] = {
  label: 'O que passou pelo Stagepost',
  webhooks: (count: number) => plural(count, 'webhook'),
  reports: (count: number) => plural(count, 'notificação', 'notificações'),
  refused: (count: number) => plural(count, 'recusada', 'recusadas'),
  writes: (count: number) => plural(count, 'gravação', 'gravações'),
  calls: (count: number) => plural(count, 'chamada'),
  events: (count: number) => plural(count, 'evento'),
  waiting: (count: number) => (count === 0 ? 'nada em espera' : `${number(count)} em espera`),
};

/** Texts of the picture of a connection: what passes between Kommo, Stagepost and Customer.io. */
const connectionFlowTexts: Texts['connectionFlowTexts'] = {
  label: (connection: string) => `O que passa entre o Kommo e o Customer.io por ${connection}`,
  kommo: 'leads e contatos',
  stagepost: 'suas regras',
  customerio: 'campanhas e e-mails',
  stageChanges: 'mudanças de etapa',
  writes: 'notas, tarefas, campos',
  events: 'pessoas e eventos',
  reports: 'aberturas, cliques, descadastros',
  states: {
    good: 'funciona',
    bad: 'não funciona',
    waiting: 'em espera',
    nothing: 'ainda não visto',
  },
};

const requestTexts: Texts['requestTexts'] = {
  unreachable:
    'Não é possível acessar o Stagepost. Ele pode estar reiniciando; esta página tenta de novo automaticamente.',
  answered: (status: number) => `O Stagepost respondeu ${status}.`,
};

/** Lengths of time and how long ago something was. */
const timeTexts: Texts['timeTexts'] = {
  justNow: 'agora mesmo',
  ago: (span: string) => `há ${span}`,
  in: (span: string) => `em ${span}`,
  ms: (count: number) => `${number(count)} ms`,
  s: (count: number) => `${number(count)} s`,
  /** With one decimal. */
  shortS: (count: number) => `${decimal(count)} s`,
  min: (count: number) => `${number(count)} min`,
  h: (count: number) => `${number(count)} h`,
  days: (count: number) => plural(count, 'dia'),
  underOneSecond: 'menos de 1 s',
  /** In words, as rules are read. */
  long: {
    hours: (count: number) => plural(count, 'hora'),
    minutes: (count: number) => plural(count, 'minuto'),
    seconds: (count: number) => plural(count, 'segundo'),
  },
};

export const pt: Texts = {
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

/**
 * What published lists of leaked passwords begin with (SecLists' 10k-most-common, NCSC's 100k), as words: digits and symbols
 * around them are compared apart. Sequences and repeats need no entry. A list of every leaked password of ten characters or
 * more would be megabytes, and most of them are one of these words with something added.
 */
export const COMMON_WORDS: readonly string[] = `
password passwort passwd motdepasse contrasena parol senha wachtwoord haslo heslo lozinka salasana
admin administrator root superuser user guest master manager owner test testing tester demo sample example default
login signin logon welcome willkommen bienvenue letmein openup access secret secure security private changeme change
temp temporary pass word hello hallo hola bonjour iloveyou loveyou iloveu love lovely forever always nothing whatever
trustno trustnoone abc abcd abcdef alphabet qwerty qwertyuiop qwertz azerty asdf asdfgh asdfghjkl zxcv zxcvbn zxcvbnm
monkey dragon tiger lion eagle falcon panther shadow ninja batman superman spiderman starwars pokemon naruto minecraft
football baseball basketball hockey soccer fussball cricket chelsea arsenal liverpool barcelona realmadrid juventus
princess sunshine rainbow butterfly flower angel angels babygirl sweet sweetie honey cookie chocolate cheese banana
summer winter spring autumn january february march april may june july august september october november december
monday tuesday wednesday thursday friday saturday sunday sommer herbst fruhling
computer internet samsung iphone android google facebook microsoft windows linux apple hacker matrix system network server
michael jordan jennifer jessica michelle ashley daniel thomas charlie robert andrew joshua matthew anthony william
alexander alexandra nicole amanda maria anna martin peter stefan andreas sebastian natasha dmitry sergey vladimir
mustang ferrari porsche mercedes harley corvette yamaha money million dollar diamond silver golden
freedom liberty america london paris berlin moscow russia india brasil mexico canada australia
jesus christ god blessed heaven family mother father brother sister friend friends baby
purple orange yellow green black white blue
stagepost kommo amocrm customerio customer campaign email marketing sales office company business
`
  .trim()
  .split(/\s+/);

/* Whoever opens the link of an invitation sets the password and is logged in. The code stands behind the #: no log sees
   it, and it leaves the address as soon as it is read, so that the browser's history has none either. */
'use strict';

var invitation = {code: location.hash.slice(1), sending: false, said: null};

/* A code that is lost with a reload is opened by the link again. */
function show() {
  var words = invitation.said ? invitation.said() : [], box = byId('login-said');
  if (!invitation.code) { words = [t('invitation.no_code')]; }
  empty(box);
  words.forEach(function (text, at) { box.appendChild(make('p', {'class': at ? 'said-second' : 'said-first', text: text})); });
  setAttr(box, 'data-said', words.length ? 'refused' : '');
  byId('go').disabled = invitation.sending || !invitation.code;
  document.title = t('invitation.title');
}

function tell(words) { invitation.said = words; show(); }

function accept() {
  if (byId('new').value !== byId('again').value) { tell(function () { return [t('desks.passwords_differ')]; }); return; }
  invitation.sending = true;
  tell(null);
  /* Whoever is logged in here already leaves that session with the new one. */
  readSession(7000, function (now) {
    if (now.status === 200) { adoptSession(now.body); }
    askOnce('invitation', {code: invitation.code, password: byId('new').value}, function (answer) {
      invitation.sending = false;
      if (answer.status === 200) { location.replace('/staff'); return; }
      tell(function () { return refusalWords(answer)[0]; });
    });
  });
}

if (invitation.code) { history.replaceState(null, '', location.pathname); }
byId('invitation').addEventListener('submit', function (event) {
  event.preventDefault();
  if (!invitation.sending && invitation.code) { accept(); }
});
language.changed.push(show);
startLanguage(byId('language'));
byId('new').focus();

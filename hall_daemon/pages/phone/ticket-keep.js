/* Numbers that this phone follows: the secret of each is its page's address, and stays here until the number is over.
   With it, and with nothing else, a pre-review of this phone can be done with that number. */
'use strict';

var TICKETS_AS = 'hall.tickets', MOST_TICKETS = 5;

/* Tokens, the newest first. */
function keptTickets() {
  var list;
  try { list = JSON.parse(kept(TICKETS_AS)); } catch (error) { list = null; }
  return Array.isArray(list) ? list.filter(function (one) { return typeof one === 'string' && /^[A-Za-z0-9_-]+$/.test(one); }) : [];
}

function otherTickets(token) { return keptTickets().filter(function (one) { return one !== token; }); }
function keepTicket(token) { if (keptTickets()[0] !== token) { keep(TICKETS_AS, JSON.stringify([token].concat(otherTickets(token)).slice(0, MOST_TICKETS))); } }
function forgetTicket(token) { if (keptTickets().indexOf(token) >= 0) { keep(TICKETS_AS, JSON.stringify(otherTickets(token))); } }

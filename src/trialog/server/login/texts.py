"""What the login pages say, in the languages of those who read them."""

import re
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from trialog.access import LONGEST_PASSWORD, SHORTEST_PASSWORD

_LONGEST_HEADER: Final = 1000
_RANGE: Final = re.compile(r"\s*(?P<tag>[A-Za-z]{1,8})(?:-[A-Za-z0-9]{1,8})*\s*(?:;\s*q=(?P<weight>[0-9.]{1,5}))?\s*")


@dataclass(frozen=True, kw_only=True)
class Texts:
    """The texts of one language; `{...}` stands for a value.

    Attributes:
        language: Its code.
        log_in: Heading of the login page.
        log_in_now: Its button.
        username: Label.
        password: Label.
        log_in_elsewhere: Link to the identity provider `{name}`.
        wrong: The name or the password is wrong.
        throttled: Too many attempts; wait `{seconds}`.
        stale: The page was open for too long, or the browser keeps no cookies.
        other_origin: The form came from another address than the server is called by.
        unavailable: The identity provider does not answer.
        not_finished: The login at the identity provider failed.
        no_account: Who logged in there has no account here.
        name_is_taken: An account of that name is not the provider's.
        log_out: Heading of the logout page.
        log_out_now: Its button.
        logged_in: Who is logged in: `{name}`.
        to_first: Link to the page that makes the first administrator.
        first: Heading of that page.
        first_explained: What that page is for.
        secret: Label.
        password_rule: What a password must be like.
        password_known: The password is among those that are tried first.
        create: Button.
        secret_refused: The secret does not count.
        name_refused: The name cannot be taken.
    """

    language: str
    log_in: str
    log_in_now: str
    username: str
    password: str
    log_in_elsewhere: str
    wrong: str
    throttled: str
    stale: str
    other_origin: str
    unavailable: str
    not_finished: str
    no_account: str
    name_is_taken: str
    log_out: str
    log_out_now: str
    logged_in: str
    to_first: str
    first: str
    first_explained: str
    secret: str
    password_rule: str
    password_known: str
    create: str
    secret_refused: str
    name_refused: str


_ENGLISH: Final = Texts(
    language="en",
    log_in="Log in",
    log_in_now="Log in",
    username="User name",
    password="Password",  # noqa: S106  a label, no password
    log_in_elsewhere="Log in at {name}",
    wrong="The user name or the password is wrong.",
    throttled="Too many attempts to log in. Try again in {seconds} s.",
    stale="This page was open for too long, or your browser keeps no cookies. Please try once more.",
    other_origin="This form came from another address than the server is called by. Its log says more.",
    unavailable="{name} does not answer. Try again in a moment.",
    not_finished="The login at {name} was not finished. Please begin again.",
    no_account="You have no account here. Ask an administrator for one.",
    name_is_taken="An account of your name exists here already and is not connected with {name}. Ask an administrator.",
    log_out="Log out",
    log_out_now="Log out",
    logged_in="You are logged in as {name}.",
    to_first="Make the first administrator",
    first="First administrator",
    first_explained="There is no administrator yet. Copy the secret that the server showed when it started.",
    secret="Secret",  # noqa: S106  a label, no secret
    password_rule=f"{SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters, and not the user name.",
    password_known="This password is among those that are tried first. Choose another.",  # noqa: S106  no password
    create="Create account",
    secret_refused="This secret is wrong or has expired. The server shows a new one when it starts.",  # noqa: S106  no secret
    name_refused="This user name cannot be taken.",
)
_RUSSIAN: Final = Texts(
    language="ru",
    log_in="Вход",
    log_in_now="Войти",
    username="Имя пользователя",
    password="Пароль",  # noqa: S106  a label, no password
    log_in_elsewhere="Войти через {name}",
    wrong="Неверное имя пользователя или пароль.",
    throttled="Слишком много попыток входа. Повторите через {seconds} с.",
    stale="Страница была открыта слишком долго, или браузер не сохраняет cookie. Попробуйте ещё раз.",
    other_origin="Форма пришла не с того адреса, по которому вызван сервер. Подробности в журнале сервера.",
    unavailable="{name} не отвечает. Повторите попытку чуть позже.",
    not_finished="Вход через {name} не завершён. Начните сначала.",
    no_account="У вас нет учётной записи на этом сервере. Обратитесь к администратору.",
    name_is_taken="Учётная запись с вашим именем уже есть и не связана с {name}. Обратитесь к администратору.",
    log_out="Выход",
    log_out_now="Выйти",
    logged_in="Вы вошли как {name}.",
    to_first="Создать первого администратора",
    first="Первый администратор",
    first_explained="Администратора ещё нет. Скопируйте секретный код, который сервер показал при запуске.",
    secret="Секретный код",  # noqa: S106  a label, no secret
    password_rule=f"От {SHORTEST_PASSWORD} до {LONGEST_PASSWORD} символов; не должен совпадать с именем пользователя.",
    password_known="Этот пароль пробуют одним из первых. Выберите другой.",  # noqa: S106  no password
    create="Создать учётную запись",
    secret_refused="Секретный код неверен или больше не действует. При запуске сервер показывает новый.",  # noqa: S106  no secret
    name_refused="Такое имя пользователя недопустимо.",
)
_PORTUGUESE: Final = Texts(
    language="pt-BR",
    log_in="Entrar",
    log_in_now="Entrar",
    username="Nome de usuário",
    password="Senha",  # noqa: S106  a label, no password
    log_in_elsewhere="Entrar com {name}",
    wrong="Nome de usuário ou senha incorretos.",
    throttled="Muitas tentativas de entrar. Tente novamente em {seconds} s.",
    stale="Esta página ficou aberta por tempo demais, ou o navegador não guarda cookies. Tente mais uma vez.",
    other_origin="Este formulário veio de um endereço diferente daquele pelo qual o servidor foi chamado. "
    "O log do servidor diz mais.",
    unavailable="{name} não responde. Tente novamente em instantes.",
    not_finished="O login com {name} não foi concluído. Comece novamente.",
    no_account="Você não tem uma conta aqui. Peça uma a um administrador.",
    name_is_taken="Já existe aqui uma conta com o seu nome, sem ligação com {name}. Fale com um administrador.",
    log_out="Sair",
    log_out_now="Sair",
    logged_in="Você entrou como {name}.",
    to_first="Criar o primeiro administrador",
    first="Primeiro administrador",
    first_explained="Ainda não há administrador. Copie o segredo que o servidor mostrou ao iniciar.",
    secret="Segredo",  # noqa: S106  a label, no secret
    password_rule=f"De {SHORTEST_PASSWORD} a {LONGEST_PASSWORD} caracteres, diferente do nome de usuário.",
    password_known="Esta senha está entre as que se tentam primeiro. Escolha outra.",  # noqa: S106  no password
    create="Criar conta",
    secret_refused="Este segredo é inválido ou expirou. O servidor mostra um novo ao iniciar.",  # noqa: S106  no secret
    name_refused="Este nome de usuário não pode ser usado.",
)
_FRENCH: Final = Texts(
    language="fr",
    log_in="Connexion",
    log_in_now="Se connecter",
    username="Nom d’utilisateur",
    password="Mot de passe",  # noqa: S106  a label, no password
    log_in_elsewhere="Se connecter avec {name}",
    wrong="Le nom d’utilisateur ou le mot de passe est incorrect.",
    throttled="Trop de tentatives de connexion. Réessayez dans {seconds} s.",
    stale="Cette page est restée ouverte trop longtemps, ou le navigateur ne garde pas les cookies. Réessayez.",
    other_origin="Ce formulaire vient d’une autre adresse que celle par laquelle le serveur est appelé. Le journal "
    "du serveur en dit plus.",
    unavailable="{name} ne répond pas. Réessayez dans un instant.",
    not_finished="La connexion avec {name} n’a pas abouti. Veuillez recommencer.",
    no_account="Vous n’avez pas de compte ici. Demandez-en un à un administrateur.",
    name_is_taken="Un compte à votre nom existe déjà ici, sans lien avec {name}. Adressez-vous à un administrateur.",
    log_out="Déconnexion",
    log_out_now="Se déconnecter",
    logged_in="Session ouverte : {name}.",
    to_first="Créer le premier administrateur",
    first="Premier administrateur",
    first_explained="Il n’y a encore aucun administrateur. Copiez le secret que le serveur a affiché au démarrage.",
    secret="Secret",  # noqa: S106  a label, no secret
    password_rule=f"De {SHORTEST_PASSWORD} à {LONGEST_PASSWORD} caractères, différent du nom d’utilisateur.",
    password_known="Ce mot de passe est parmi les premiers essayés. Choisissez-en un autre.",  # noqa: S106  no password
    create="Créer le compte",
    secret_refused="Ce secret est erroné ou a expiré. Le serveur en affiche un nouveau au démarrage.",  # noqa: S106  no secret
    name_refused="Ce nom d’utilisateur ne peut pas être utilisé.",
)
# By what readers ask for: whoever reads Portuguese at all reads this one.
LANGUAGES: Final = MappingProxyType(
    {texts.language.partition("-")[0]: texts for texts in (_ENGLISH, _RUSSIAN, _PORTUGUESE, _FRENCH)}
)


def texts_for(accept_language: bytes | None) -> Texts:
    """Return the texts of the language that a reader likes best among those there are.

    Args:
        accept_language: Header of her browser, if it sent one.
    """
    best, best_weight = _ENGLISH, 0.0
    for part in (accept_language or b"")[:_LONGEST_HEADER].decode("latin-1").split(","):
        found = _RANGE.fullmatch(part)
        texts = None if found is None else LANGUAGES.get(found["tag"].lower())
        if found is None or texts is None:
            continue
        try:
            weight = float(found["weight"] or 1)
        except ValueError:
            continue
        if weight > best_weight:
            best, best_weight = texts, weight
    return best

"""What the login pages say, in the languages of those who read them."""

import re
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

_LONGEST_HEADER: Final = 1000
_RANGE: Final = re.compile(r"\s*(?P<tag>[A-Za-z]{1,8})(?:-[A-Za-z0-9]{1,8})*\s*(?:;\s*q=(?P<weight>[0-9.]{1,5}))?\s*")


@dataclass(frozen=True, kw_only=True)
class Texts:
    """The texts of one language; `{...}` stands for a value.

    Attributes:
        language: Its code.
        log_in: Heading and button of the login page.
        username: Label.
        password: Label.
        log_in_elsewhere: Link to the identity provider `{name}`.
        wrong: The name or the password is wrong.
        throttled: Too many attempts; wait `{seconds}`.
        stale: The page was open for too long, or was not ours.
        unavailable: The identity provider does not answer.
        not_finished: The login at the identity provider failed.
        no_account: Who logged in there has no account here.
        name_is_taken: An account of that name is not the provider's.
        log_out: Heading and button of the logout page.
        logged_in: Who is logged in: `{name}`.
        first: Heading of the page that makes the first administrator.
        first_explained: What that page is for.
        secret: Label.
        password_rule: What a password must be like.
        create: Button.
        secret_refused: The secret does not count.
        name_refused: The name cannot be taken.
    """

    language: str
    log_in: str
    username: str
    password: str
    log_in_elsewhere: str
    wrong: str
    throttled: str
    stale: str
    unavailable: str
    not_finished: str
    no_account: str
    name_is_taken: str
    log_out: str
    logged_in: str
    first: str
    first_explained: str
    secret: str
    password_rule: str
    create: str
    secret_refused: str
    name_refused: str


_ENGLISH: Final = Texts(
    language="en",
    log_in="Log in",
    username="User name",
    password="Password",  # noqa: S106  a label, no password
    log_in_elsewhere="Log in at {name}",
    wrong="The user name or the password is wrong.",
    throttled="Too many attempts to log in. Try again in {seconds} s.",
    stale="This page was open for too long. Please try once more.",
    unavailable="{name} does not answer. Try again in a moment.",
    not_finished="The login at {name} was not finished. Please begin again.",
    no_account="You have no account here. Ask an administrator for one.",
    name_is_taken="An account of your name exists here already and is not connected with {name}. Ask an administrator.",
    log_out="Log out",
    logged_in="You are logged in as {name}.",
    first="First administrator",
    first_explained="There is no account yet. Copy the secret that the server showed when it started.",
    secret="Secret",  # noqa: S106  a label, no secret
    password_rule="12 to 1024 characters, and not the user name.",  # noqa: S106  says what one must be like
    create="Create account",
    secret_refused="This secret does not count, or no longer. The server shows a new one when it starts.",  # noqa: S106  no secret
    name_refused="This user name cannot be taken.",
)
_RUSSIAN: Final = Texts(
    language="ru",
    log_in="Войти",
    username="Имя пользователя",
    password="Пароль",  # noqa: S106  a label, no password
    log_in_elsewhere="Войти через {name}",
    wrong="Неверное имя пользователя или пароль.",
    throttled="Слишком много попыток входа. Повторите через {seconds} с.",
    stale="Страница была открыта слишком долго. Попробуйте ещё раз.",
    unavailable="{name} не отвечает. Повторите попытку чуть позже.",
    not_finished="Вход через {name} не завершён. Начните сначала.",
    no_account="У вас нет учётной записи на этом сервере. Обратитесь к администратору.",
    name_is_taken="Учётная запись с вашим именем уже есть и не связана с {name}. Обратитесь к администратору.",
    log_out="Выйти",
    logged_in="Вы вошли как {name}.",
    first="Первый администратор",
    first_explained="Учётных записей ещё нет. Скопируйте секрет, который сервер показал при запуске.",
    secret="Секрет",  # noqa: S106  a label, no secret
    password_rule="От 12 до 1024 символов, не совпадает с именем пользователя.",  # noqa: S106  says what one must be like
    create="Создать учётную запись",
    secret_refused="Этот секрет не подходит или больше не действует. При запуске сервер показывает новый.",  # noqa: S106  no secret
    name_refused="Такое имя пользователя недопустимо.",
)
_PORTUGUESE: Final = Texts(
    language="pt",
    log_in="Entrar",
    username="Nome de usuário",
    password="Senha",  # noqa: S106  a label, no password
    log_in_elsewhere="Entrar com {name}",
    wrong="O nome de usuário ou a senha está incorreto.",
    throttled="Muitas tentativas de entrar. Tente novamente em {seconds} s.",
    stale="Esta página ficou aberta por muito tempo. Tente mais uma vez.",
    unavailable="{name} não responde. Tente novamente em instantes.",
    not_finished="A entrada com {name} não foi concluída. Comece novamente.",
    no_account="Você não tem uma conta aqui. Peça uma a um administrador.",
    name_is_taken="Já existe aqui uma conta com o seu nome, sem ligação com {name}. Fale com um administrador.",
    log_out="Sair",
    logged_in="Você entrou como {name}.",
    first="Primeiro administrador",
    first_explained="Ainda não há contas. Copie o segredo que o servidor mostrou ao iniciar.",
    secret="Segredo",  # noqa: S106  a label, no secret
    password_rule="De 12 a 1024 caracteres, diferente do nome de usuário.",  # noqa: S106  says what one must be like
    create="Criar conta",
    secret_refused="Este segredo não vale, ou não vale mais. O servidor mostra um novo ao iniciar.",  # noqa: S106  no secret
    name_refused="Este nome de usuário não pode ser usado.",
)
_FRENCH: Final = Texts(
    language="fr",
    log_in="Se connecter",
    username="Nom d’utilisateur",
    password="Mot de passe",  # noqa: S106  a label, no password
    log_in_elsewhere="Se connecter avec {name}",
    wrong="Le nom d’utilisateur ou le mot de passe est incorrect.",
    throttled="Trop de tentatives de connexion. Réessayez dans {seconds} s.",
    stale="Cette page est restée ouverte trop longtemps. Veuillez réessayer.",
    unavailable="{name} ne répond pas. Réessayez dans un instant.",
    not_finished="La connexion avec {name} n’a pas abouti. Veuillez recommencer.",
    no_account="Vous n’avez pas de compte ici. Demandez-en un à un administrateur.",
    name_is_taken="Un compte à votre nom existe déjà ici, sans lien avec {name}. Adressez-vous à un administrateur.",
    log_out="Se déconnecter",
    logged_in="Vous êtes connecté en tant que {name}.",
    first="Premier administrateur",
    first_explained="Il n’y a encore aucun compte. Copiez le secret que le serveur a affiché au démarrage.",
    secret="Secret",  # noqa: S106  a label, no secret
    password_rule="De 12 à 1024 caractères, différent du nom d’utilisateur.",  # noqa: S106  says what one must be like
    create="Créer le compte",
    secret_refused="Ce secret n’est pas ou n’est plus valable. Le serveur en affiche un nouveau au démarrage.",  # noqa: S106  no secret
    name_refused="Ce nom d’utilisateur ne peut pas être pris.",
)
LANGUAGES: Final = MappingProxyType({texts.language: texts for texts in (_ENGLISH, _RUSSIAN, _PORTUGUESE, _FRENCH)})


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

# ruff: noqa: RUF001 - French has typographic apostrophes
"""The languages of the pages."""

from collections.abc import Mapping
from types import MappingProxyType

from gateway.web.files.words import Said, Words


def _kinds(*names: str) -> Mapping[str, str]:
    """Pair what people call files with media types, whole or their first half; `names` in the order below."""
    picture, video, sound, text, pdf, archive, document, table, slides = names
    types = {"image": picture, "video": video, "audio": sound, "text": text, "application/pdf": pdf}
    archives = ("zip", "x-7z-compressed", "gzip", "x-tar", "vnd.rar", "x-rar")
    opens = "vnd.openxmlformats-officedocument."
    documents = ("msword", f"{opens}wordprocessingml.document", "vnd.oasis.opendocument.text", "rtf")
    tables = ("vnd.ms-excel", f"{opens}spreadsheetml.sheet", "vnd.oasis.opendocument.spreadsheet")
    shows = ("vnd.ms-powerpoint", f"{opens}presentationml.presentation", "vnd.oasis.opendocument.presentation")
    for kind, media_types in ((archive, archives), (document, documents), (table, tables), (slides, shows)):
        types |= {f"application/{one}": kind for one in media_types}
    return MappingProxyType(types)


_EN = Words(
    tag="en",
    gate=Said("A file for you", "It came with a message and is kept here by your mail gateway."),
    unknown=Said(
        "There is nothing here",
        "The link is not complete, or it is not one of ours. Open it from the message again, or copy it whole.",
    ),
    arriving=Said("The file is on its way", "Its message is being delivered now. Try again in a minute."),
    checking=Said(
        "The file is being checked", "It is given out as soon as the check for malware is done. Try again in a minute."
    ),
    revoked=Said("The file was taken back", "It turned out to be harmful, or the administrator has withdrawn it."),
    banned=Said("The file is blocked", "The rules for files of this kind do not allow it at present."),
    expired=Said("The file has expired", "Files are kept for a limited time, and that of this one is over."),
    resting=Said("This address is out of service", "The file has not gone: the same link works at another address."),
    busy=Said("Too many downloads", "This file was downloaded very often within the last hour. Try again later."),
    unavailable=Said("Not possible at the moment", "Something on our side does not work. Try again in a few minutes."),
    asked=Said(
        "Your request has been passed on",
        "If the address is one to which the file was sent, the administrator has it now and will answer there.",
    ),
    not_asked=Said(
        "The request could not be passed on", "An address is missing, or there were too many requests today."
    ),
    name="Name",
    size="Size",
    kind="Type",
    sent_to="Sent to",
    checked="Checked for malware",
    until="Available until",
    download="Download",
    again="Try again",
    other_address="Open the link at another address",
    ask_title="Do you need it?",
    ask_text="Ask the administrator. Give the address to which the file was sent; the answer goes there.",
    address="Your mail address",
    reason="What do you need it for? (optional)",
    ask="Ask for the file",
    contact="Any questions? Ask",
    not_yet="not yet",
    unexpected="Open it only if you expected it.",
    units=("bytes", "KB", "MB", "GB"),
    decimal=".",
    months=(
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
    day="{day} {month} {year}, {hour:02}:{minute:02} UTC",
    kinds=_kinds(
        "Picture", "Video", "Sound", "Text", "PDF document", "Archive", "Text document", "Spreadsheet", "Slides"
    ),
    other_kind="File",
)

_DE = Words(
    tag="de",
    gate=Said("Eine Datei für Sie", "Sie kam mit einer Nachricht und liegt hier bei Ihrem Mail-Gateway."),
    unknown=Said(
        "Hier ist nichts",
        "Der Link ist unvollständig oder nicht von uns. Öffnen Sie ihn noch einmal aus der Nachricht, oder kopieren"
        " Sie ihn ganz.",
    ),
    arriving=Said(
        "Die Datei ist unterwegs",
        "Ihre Nachricht wird gerade zugestellt. Versuchen Sie es in einer Minute noch einmal.",
    ),
    checking=Said(
        "Die Datei wird geprüft",
        "Sie wird herausgegeben, sobald die Prüfung auf Schadsoftware fertig ist. Versuchen Sie es in einer Minute"
        " noch einmal.",
    ),
    revoked=Said(
        "Die Datei wurde zurückgezogen", "Sie hat sich als schädlich erwiesen, oder die Verwaltung hat sie gesperrt."
    ),
    banned=Said("Die Datei ist gesperrt", "Die Regeln für Dateien dieser Art lassen sie zurzeit nicht zu."),
    expired=Said("Die Datei ist abgelaufen", "Dateien werden befristet aufbewahrt, und die Frist dieser ist vorbei."),
    resting=Said(
        "Diese Adresse ist außer Betrieb",
        "Die Datei ist noch da: Derselbe Link funktioniert unter einer anderen Adresse.",
    ),
    busy=Said(
        "Zu viele Downloads",
        "Diese Datei wurde in der letzten Stunde sehr oft geladen. Versuchen Sie es später noch einmal.",
    ),
    unavailable=Said(
        "Im Moment nicht möglich", "Bei uns ist etwas gestört. Versuchen Sie es in einigen Minuten noch einmal."
    ),
    asked=Said(
        "Ihre Anfrage ist weitergegeben",
        "Wenn die Datei an diese Adresse ging, hat die Verwaltung die Anfrage jetzt und antwortet dorthin.",
    ),
    not_asked=Said(
        "Die Anfrage konnte nicht weitergegeben werden", "Es fehlt eine Adresse, oder es gab heute zu viele Anfragen."
    ),
    name="Name",
    size="Größe",
    kind="Art",
    sent_to="Gesendet an",
    checked="Auf Schadsoftware geprüft",
    until="Verfügbar bis",
    download="Herunterladen",
    again="Noch einmal versuchen",
    other_address="Den Link unter einer anderen Adresse öffnen",
    ask_title="Brauchen Sie sie?",
    ask_text="Fragen Sie die Verwaltung. Nennen Sie die Adresse, an die die Datei ging; dorthin kommt die Antwort.",
    address="Ihre Mail-Adresse",
    reason="Wofür brauchen Sie sie? (freiwillig)",
    ask="Um die Datei bitten",
    contact="Fragen? Wenden Sie sich an",
    not_yet="noch nicht",
    unexpected="Öffnen Sie sie nur, wenn Sie sie erwartet haben.",
    units=("Bytes", "KB", "MB", "GB"),
    decimal=",",
    months=(
        *("Januar", "Februar", "März", "April", "Mai", "Juni"),
        *("Juli", "August", "September", "Oktober", "November", "Dezember"),
    ),
    day="{day}. {month} {year}, {hour:02}:{minute:02} UTC",
    kinds=_kinds("Bild", "Video", "Ton", "Text", "PDF-Dokument", "Archiv", "Textdokument", "Tabelle", "Präsentation"),
    other_kind="Datei",
)

_FR = Words(
    tag="fr",
    gate=Said("Un fichier pour vous", "Il accompagnait un message ; votre passerelle de messagerie le conserve ici."),
    unknown=Said(
        "Il n’y a rien ici",
        "Le lien est incomplet, ou n’est pas de nous. Ouvrez-le de nouveau depuis le message, ou copiez-le en entier.",
    ),
    arriving=Said("Le fichier arrive", "Son message est en cours de remise. Réessayez dans une minute."),
    checking=Said(
        "Le fichier est en cours de vérification",
        "Il sera disponible dès que l’analyse antivirus sera terminée. Réessayez dans une minute.",
    ),
    revoked=Said("Le fichier a été retiré", "Il s’est révélé dangereux, ou l’administrateur l’a retiré."),
    banned=Said("Le fichier est bloqué", "Les règles pour ce type de fichier ne l’autorisent pas actuellement."),
    expired=Said(
        "Le fichier a expiré", "Les fichiers sont conservés un temps limité, et celui de ce fichier est écoulé."
    ),
    resting=Said(
        "Cette adresse est hors service",
        "Le fichier n’est pas perdu : le même lien fonctionne à une autre adresse.",
    ),
    busy=Said(
        "Trop de téléchargements",
        "Ce fichier a été téléchargé très souvent pendant la dernière heure. Réessayez plus tard.",
    ),
    unavailable=Said(
        "Impossible pour le moment", "Quelque chose ne fonctionne pas chez nous. Réessayez dans quelques minutes."
    ),
    asked=Said(
        "Votre demande a été transmise",
        "Si le fichier a été envoyé à cette adresse, l’administrateur a reçu la demande et y répondra.",
    ),
    not_asked=Said(
        "La demande n’a pas pu être transmise", "Il manque une adresse, ou il y a eu trop de demandes aujourd’hui."
    ),
    name="Nom",
    size="Taille",
    kind="Type",
    sent_to="Envoyé à",
    checked="Analyse antivirus",
    until="Disponible jusqu’au",
    download="Télécharger",
    again="Réessayer",
    other_address="Ouvrir le lien à une autre adresse",
    ask_title="En avez-vous besoin ?",
    ask_text="Demandez à l’administrateur. Indiquez l’adresse à laquelle le fichier a été envoyé ; il y répondra.",
    address="Votre adresse électronique",
    reason="Pourquoi en avez-vous besoin ? (facultatif)",
    ask="Demander le fichier",
    contact="Des questions ? Adressez-vous à",
    not_yet="pas encore",
    unexpected="Ne l’ouvrez que si vous l’attendiez.",
    units=("octets", "Ko", "Mo", "Go"),
    decimal=",",
    months=(
        *("janvier", "février", "mars", "avril", "mai", "juin"),
        *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
    ),
    day="{day} {month} {year}, {hour:02}:{minute:02} UTC",
    kinds=_kinds(
        "Image", "Vidéo", "Son", "Texte", "Document PDF", "Archive", "Document texte", "Tableur", "Présentation"
    ),
    other_kind="Fichier",
)

_ES = Words(
    tag="es",
    gate=Said("Un archivo para usted", "Llegó con un mensaje y su pasarela de correo lo guarda aquí."),
    unknown=Said(
        "Aquí no hay nada",
        "El enlace está incompleto o no es nuestro. Ábralo de nuevo desde el mensaje o cópielo entero.",
    ),
    arriving=Said("El archivo está en camino", "Su mensaje se está entregando. Inténtelo de nuevo en un minuto."),
    checking=Said(
        "Se está comprobando el archivo",
        "Estará disponible en cuanto termine el análisis antivirus. Inténtelo de nuevo en un minuto.",
    ),
    revoked=Said("El archivo ha sido retirado", "Resultó ser dañino, o el administrador lo ha retirado."),
    banned=Said("El archivo está bloqueado", "Las reglas para archivos de este tipo no lo permiten por ahora."),
    expired=Said("El archivo ha caducado", "Los archivos se guardan un tiempo limitado y el de este ha terminado."),
    resting=Said(
        "Esta dirección está fuera de servicio",
        "El archivo sigue ahí: el mismo enlace funciona en otra dirección.",
    ),
    busy=Said(
        "Demasiadas descargas",
        "Este archivo se ha descargado con mucha frecuencia en la última hora. Inténtelo más tarde.",
    ),
    unavailable=Said(
        "No es posible en este momento", "Algo no funciona por nuestra parte. Inténtelo de nuevo en unos minutos."
    ),
    asked=Said(
        "Su solicitud se ha transmitido",
        "Si el archivo se envió a esa dirección, el administrador ya tiene la solicitud y responderá allí.",
    ),
    not_asked=Said("No se pudo transmitir la solicitud", "Falta una dirección o hoy ha habido demasiadas solicitudes."),
    name="Nombre",
    size="Tamaño",
    kind="Tipo",
    sent_to="Enviado a",
    checked="Análisis antivirus",
    until="Disponible hasta",
    download="Descargar",
    again="Intentar de nuevo",
    other_address="Abrir el enlace en otra dirección",
    ask_title="¿Lo necesita?",
    ask_text="Pídaselo al administrador. Indique la dirección a la que se envió el archivo; allí recibirá respuesta.",
    address="Su dirección de correo",
    reason="¿Para qué lo necesita? (opcional)",
    ask="Pedir el archivo",
    contact="¿Preguntas? Diríjase a",
    not_yet="todavía no",
    unexpected="Ábralo solo si lo esperaba.",
    units=("bytes", "KB", "MB", "GB"),
    decimal=",",
    months=(
        *("enero", "febrero", "marzo", "abril", "mayo", "junio"),
        *("julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"),
    ),
    day="{day} de {month} de {year}, {hour:02}:{minute:02} UTC",
    kinds=_kinds(
        "Imagen",
        "Vídeo",
        "Sonido",
        "Texto",
        "Documento PDF",
        "Archivo comprimido",
        "Documento de texto",
        "Hoja de cálculo",
        "Presentación",
    ),
    other_kind="Archivo",
)

TONGUES: Mapping[str, Words] = MappingProxyType({one.tag: one for one in (_EN, _DE, _FR, _ES)})
"""By language; English stands first, and for languages that nobody wrote."""

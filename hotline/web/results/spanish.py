"""What the public page says in Spanish."""

from __future__ import annotations

from types import MappingProxyType

from hotline.web.results.labels import Labels, Measure

SPANISH = Labels(
    code="es",
    itself="Español",
    months=(
        "enero",
        "febrero",
        "marzo",
        "abril",
        "mayo",
        "junio",
        "julio",
        "agosto",
        "septiembre",
        "octubre",
        "noviembre",
        "diciembre",
    ),
    day="{day} de {month} de {year}",
    moment="{day}, {hour}:{minutes} {half} {zone}",
    halves=("a. m.", "p. m."),
    as_of="Al",
    at_the_same_time="es decir",
    results="Resultados",
    statuses=MappingProxyType(
        {
            "unofficial-partial": "No oficial, parcial",
            "unofficial-complete": "No oficial, todo recibido",
            "unofficial": "No oficial",
            "recanvass": "No oficial, reescrutinio",
            "recount": "No oficial, recuento",
            "certified": "Certificado",
        }
    ),
    publication="Publicación {number}",
    test="DATOS DE PRUEBA",
    test_note="Esto es un ensayo. No se muestran votos reales.",
    paused="Publicación en pausa desde el {since}. Estas cifras son las últimas publicadas.",
    reason="Motivo: {reason}",
    stale="No hemos podido leer cifras más recientes desde el {since}.",
    not_updated="Esta página no se pudo actualizar. Muestra las cifras de la hora indicada arriba.",
    nothing="Todavía no se ha publicado nada",
    nothing_note="Las primeras cifras aparecen aquí en cuanto un recinto informe y se comprueben "
    "las sumas.",
    unreadable="En este momento no se pueden leer los resultados",
    unreadable_note="Los informes siguen llegando y se conservan. Vuelva en un minuto.",
    coverage="Qué ha llegado y qué falta",
    precincts="{total} recintos en total",
    precincts_and_sites="{total} recintos y sedes satélite en total",
    counted="contados",
    counted_note="en las cifras de abajo",
    reported_all="{reported} informados: contados o retenidos",
    contested_few="{contested} cuest.",
    verified_few="{verified} verif.",
    contested="{contested} cuestionados",
    contested_note="contados como se informaron, pero una comprobación o un segundo informe "
    "plantea dudas",
    verified="{verified} verificados: informados dos veces con las mismas cifras",
    held="retenidos",
    held_note="recibidos, pero fuera de las cifras hasta que el personal los revise",
    outstanding="por llegar",
    outstanding_note="aún no han informado",
    held_few="{held} ret.",
    outstanding_few="faltan {outstanding}",
    cell="{counted} de {total} contados",
    leads="va delante",
    tied="empate",
    leads_in="{leader} va delante en {measure}.",
    tied_in="Hay empate en {measure}: {leader}.",
    no_figures="Todavía no hay cifras.",
    none_yet="aún nada",
    with_zero_one="1 candidatura con cero",
    with_zero="{count} candidaturas con cero",
    total="En conjunto {total}, que es el 100%",
    measures=MappingProxyType(
        {
            "first": Measure(
                "Primera alineación", "Primera", "Personas, en los grupos a los que fueron primero"
            ),
            "final": Measure(
                "Alineación final",
                "Final",
                "Personas, después de que los grupos más pequeños se reagruparan",
            ),
            "sde": Measure(
                "Equivalentes de delegados estatales",
                "Delegados estatales",
                "Lo que eligen esos grupos, en delegados a la convención estatal",
            ),
            "delegates": Measure(
                "Delegados del condado", "Delegados", "Delegados a la convención del condado"
            ),
            "votes": Measure("Votos", "Votos", ""),
        }
    ),
    ballots=MappingProxyType(
        {
            "ballots": "Boletas emitidas",
            "write_ins": "Candidatos agregados a mano",
            "undervotes": "Votos de menos",
            "overvotes": "Votos de más",
        }
    ),
    by_county="Condado por condado",
    county="Condado",
    reported="y cuánto está contado",
    sort="Ordenar por",
    sorts=MappingProxyType({"name": "nombre", "missing": "lo que falta", "size": "tamaño"}),
    back="Todos los condados juntos",
    only="Solo {name}",
    in_each="Quién va delante en cada uno y cuánto ha llegado. Elija uno para ver sus cifras.",
    skip="Ir a los resultados",
    contents="En esta página",
    language="Idioma",
    data="Las mismas cifras como datos",
    data_note="Ambos contienen todas las cifras de esta página, condado por condado.",
    updates="Esta página se actualiza sola.",
    stop="Detenerla",
    stopped="Esta página no cambia.",
    resume="Dejar que se actualice",
    where="¿De dónde sale cada número?",
    where_answer="Cuando un recinto ha contado, su presidente llama a una línea telefónica y "
    "demuestra con un código y un PIN quién llama. Lo que marca se le lee, se comprueba "
    "mientras todos siguen allí y se guarda como se informó: ninguna máquina corrige jamás "
    "una cuenta. Un informe que se contradice queda retenido. No entra en las cifras hasta "
    "que el personal lo revise, y también se conserva lo que se informó primero. Antes de "
    "cada publicación se suman otra vez todos los informes desde el principio. Si las sumas "
    "no coinciden, no se publica nada nuevo, y esta página lo dice.",
    where_sde="Los equivalentes de delegados estatales de un recinto son sus delegados, por los "
    "delegados estatales de su condado, entre los delegados del condado. Se calculan con "
    "exactitud y se redondean una sola vez, a cuatro decimales.",
)

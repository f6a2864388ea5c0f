"""What users who are not all business say in other languages: they wander off, hold facts back, insult, or speak for others.

By language: sentences of normal length, and short ones. ``return`` and ``relay`` go before a sentence; ``{who}`` is whom the
user speaks for.
"""

from __future__ import annotations

from trajgym.gym_envs.user.openings import cross
from trajgym.gym_envs.user.tongue import Acts

SPANISH: Acts = {
    "rule": ("Una regla para todo lo que sigue («{wish}»), por favor.", "A partir de ahora, por favor: «{wish}».", "Mientras hablemos, le ruego una cosa: «{wish}»."),
    "announce": ("Esto es solo lo primero de mi lista, lo demás va después.", "Tengo varias cosas, una después de otra.", "Cuando esté, le digo lo siguiente, que hay más."),
    "expects": ("Después páseme con una persona, por favor.", "Cuento con que luego me atienda un compañero suyo.", "Al final quiero hablar con alguien de carne y hueso."),
    "aside": ("¿Qué tiempo hace por ahí?", "¿Le gusta la música, por cierto?", "¿Vio el partido, por curiosidad?", "¿Está lloviendo ahí también?"),
    "return": ("En fin, volviendo a lo nuestro:", "Bueno, a lo que iba:", "Da igual, sigamos:"),
    "back": ("En fin, eso era todo.", "Da igual, no quería nada más.", "Bueno, con eso está resuelto."),
    "chat": ("Mi gato se acaba de subir al teclado.", "Aquí hace un tiempo precioso.", "Esta mañana hice una tarta, riquísima."),
    "ask_why": cross(("¿Para qué necesita eso", "¿Por qué quiere saberlo", "¿Hace falta de verdad"), ("?", ", si puedo preguntar?", ", dígame primero?")),
    "dodge": ("Pues el de siempre.", "Eso estará en sus archivos.", "Seguro que usted lo averigua.", "No nos perdamos en detalles."),
    "contradict": ("En otra nota mía pone esto ({label}): {value}.", "Aunque en otro sitio tengo {value} ({label}).", "En el borrador puse {value} ({label})."),
    "settle": ("Es {value}, olvide lo otro.", "Tome {value}, perdone el lío.", "Digamos {value}, ahora estoy seguro."),
    "insult": ("Son ustedes unos inútiles.", "Qué panda de idiotas.", "Un mono haría mejor su trabajo.", "Tendrá noticias de mi abogado."),
    "relay_wish": ("Esto es para «{who}».", "Se lo pido de parte de «{who}».", "Escribo en nombre de «{who}», no es para mí."),
    "relay": ("«{who}» dice:", "Le he preguntado a «{who}» y dice:", "Me dicen esto («{who}»):"),
    "second": ("Sí, lo queremos los dos.", "Yo también estoy aquí.", "Eso es lo que acordamos.", "Compartimos el teclado, por cierto."),
}  # fmt: skip

SPANISH_SHORT: Acts = {
    "rule": ("Desde ahora: «{wish}».", "Regla: «{wish}»."), "announce": ("Luego hay más.", "Esto primero, luego más."),
    "expects": ("Luego, una persona.", "Después páseme con alguien."),
    "aside": ("¿Llueve ahí?", "¿Le gusta la música?"), "return": ("En fin:", "Sigo:"), "back": ("En fin, eso era.", "Nada más."),
    "chat": ("Qué buen tiempo.", "Mi gato, qué travieso."), "ask_why": ("¿Por qué?", "¿Para qué?"), "dodge": ("El de siempre.", "Mírelo usted."),
    "contradict": ("O {value}.", "También pone {value}."), "settle": ("{value}, sí.", "Es {value}."), "insult": ("Inútiles.", "Idiotas."),
    "relay_wish": ("Para «{who}».",), "relay": ("«{who}» dice:",), "second": ("Los dos, sí.", "Yo también."),
}  # fmt: skip

GERMAN: Acts = {
    "rule": ("Eine Regel für alles Weitere, bitte: „{wish}“.", "Von jetzt an bitte: „{wish}“.", "Solange wir schreiben, gilt bitte: „{wish}“."),
    "announce": ("Das ist nur das Erste auf meiner Liste, der Rest kommt danach.", "Ich habe mehrere Dinge, eins nach dem anderen.", "Wenn das erledigt ist, nenne ich Ihnen das Nächste, es kommt noch mehr."),
    "expects": ("Danach verbinden Sie mich bitte mit einem Menschen.", "Ich rechne damit, dass dann jemand von Ihnen übernimmt.", "Am Ende möchte ich mit einem Menschen sprechen."),
    "aside": ("Wie ist denn das Wetter bei Ihnen?", "Mögen Sie eigentlich Musik?", "Haben Sie das Spiel gesehen?", "Regnet es bei Ihnen auch?"),
    "return": ("Na ja, zurück zur Sache:", "Wie auch immer, weiter:", "Egal, es ging ja um das hier:"),
    "back": ("Na ja, das war schon alles.", "Egal, mehr wollte ich nicht.", "Wie auch immer, damit ist es erledigt."),
    "chat": ("Meine Katze sitzt gerade auf der Tastatur.", "Bei uns ist so schönes Wetter.", "Ich habe heute früh einen Kuchen gebacken."),
    "ask_why": cross(("Wozu brauchen Sie das", "Warum wollen Sie das wissen", "Ist das wirklich nötig"), ("?", ", wenn ich fragen darf?", ", sagen Sie erst einmal?")),
    "dodge": ("Na, das Übliche.", "Das steht doch in Ihren Akten.", "Das finden Sie sicher heraus.", "Verlieren wir uns nicht in Einzelheiten."),
    "contradict": ("Auf einem anderen Zettel steht aber ({label}): {value}.", "Woanders habe ich {value} ({label}).", "Im Entwurf hatte ich {value} ({label})."),
    "settle": ("Es ist {value}, vergessen Sie das andere.", "Nehmen Sie {value}, entschuldigen Sie.", "Also {value}, jetzt bin ich sicher."),
    "insult": ("Sie sind doch alle unfähig.", "Was für ein Haufen Idioten.", "Das könnte ein Affe besser.", "Sie hören von meinem Anwalt."),
    "relay_wish": ("Das ist für „{who}“.", "Ich frage im Auftrag von „{who}“.", "Ich schreibe das für „{who}“, nicht für mich."),
    "relay": ("„{who}“ sagt:", "Ich habe gefragt („{who}“), und es heißt:", "Mir wird gesagt („{who}“):"),
    "second": ("Ja, das wollen wir beide.", "Ich bin auch noch da.", "So haben wir das abgemacht.", "Wir teilen uns hier die Tastatur."),
}  # fmt: skip

GERMAN_SHORT: Acts = {
    "rule": ("Ab jetzt: „{wish}“.", "Regel: „{wish}“."), "announce": ("Danach kommt mehr.", "Erst das, dann mehr."),
    "expects": ("Danach ein Mensch.", "Dann bitte weiterverbinden."),
    "aside": ("Regnet es dort?", "Mögen Sie Musik?"), "return": ("Egal:", "Weiter:"), "back": ("Egal, das war alles.", "Schon gut."),
    "chat": ("Schönes Wetter hier.", "Die Katze wieder."), "ask_why": ("Wozu?", "Warum?"), "dodge": ("Das Übliche.", "Sehen Sie nach."),
    "contradict": ("Oder {value}.", "Auch {value}."), "settle": ("{value}, ja.", "Es ist {value}."), "insult": ("Idioten.", "Unfähig."),
    "relay_wish": ("Für „{who}“.",), "relay": ("„{who}“ sagt:",), "second": ("Ja, wir beide.", "Ich auch."),
}  # fmt: skip

CHINESE: Acts = {
    "rule": ("从现在起，请遵守一条：“{wish}”。", "接下来都请这样：“{wish}”。", "在我们对话期间，请记住：“{wish}”。"),
    "announce": ("这只是第一件，其余的等办好再说。", "我有好几件事，一件一件来。", "办完这件我再说下一件，后面还有。"),
    "expects": ("之后请转给人工。", "办完后我想跟真人说话。", "我等着之后有同事接手。"),
    "aside": ("您那边天气怎么样？", "对了，您喜欢音乐吗？", "您看昨晚的球赛了吗？", "您那边也在下雨吗？"),
    "return": ("好了，说回正事：", "算了，继续说：", "不扯了，还是这件事："),
    "back": ("好了，就这些。", "算了，没别的了。", "行，那就办完了。"),
    "chat": ("我家猫刚爬上了键盘。", "我们这儿天气真好。", "我今早烤了个蛋糕。"),
    "ask_why": ("您要这个做什么？", "为什么要知道这个？", "真有必要吗？", "这跟事情有什么关系？"),
    "dodge": ("就是平常那个。", "你们那边应该有。", "您肯定查得到。", "别纠结细节了。"),
    "contradict": ("不过我另一张纸上写的是（{label}）： {value} 。", "别处我记的是 {value} （{label}）。", "草稿里写的是 {value} （{label}）。"),
    "settle": ("就是 {value} ，另一个别管了。", "用 {value} 吧，抱歉弄乱了。", "应该是 {value} ，这次确定了。"),
    "insult": ("你们真没用。", "一群白痴。", "猴子都比你们强。", "等着我的律师吧。"),
    "relay_wish": ("这是替 {who} 办的。", "我帮 {who} 问的。", "我替 {who} 写的，不是我要。"),
    "relay": (" {who} 说：", "我问了 {who} ，回答是：", "刚问过 {who} ："),
    "second": ("对，我们俩都要。", "我也在这儿。", "我们说好的。", "我们共用一个键盘。"),
}  # fmt: skip

CHINESE_SHORT: Acts = {
    "rule": ("从现在起：“{wish}”。", "规则：“{wish}”。"), "announce": ("后面还有。", "先办这件，后面还有。"),
    "expects": ("之后转人工。", "然后真人。"),
    "aside": ("那边下雨吗？", "喜欢音乐吗？"), "return": ("好了：", "继续："), "back": ("好了，就这些。", "没别的了。"),
    "chat": ("天气真好。", "猫又捣乱。"), "ask_why": ("为什么？", "干什么用？"), "dodge": ("老样子。", "您查吧。"),
    "contradict": ("或者 {value} 。", "也写着 {value} 。"), "settle": ("就 {value} 。", "是 {value} 。"), "insult": ("白痴。", "没用。"),
    "relay_wish": ("替 {who} 。",), "relay": (" {who} 说：",), "second": ("我们俩。", "我也是。"),
}  # fmt: skip

HINDI: Acts = {
    "rule": ("Aage ke liye ek niyam hai: '{wish}'.", "Ab se kripya yeh kijiye: '{wish}'.", "Jab tak baat ho rahi hai, yaad rakhiye: '{wish}'."),
    "announce": ("Yeh list ka sirf pehla kaam hai, baaki baad mein.", "Mere kai kaam hain, ek ke baad ek.", "Yeh ho jaaye to agla bataunga, aur bhi hain."),
    "expects": ("Uske baad mujhe kisi insaan se jod dijiye.", "Mujhe ummeed hai ki baad mein aapka koi saathi sambhalega.", "Aakhir mein main kisi insaan se baat karna chahta hoon."),
    "aside": ("Aapke yahan mausam kaisa hai?", "Waise, aapko gaana pasand hai kya?", "Kal ka match dekha kya?", "Wahan bhi baarish hai kya?"),
    "return": ("Khair, kaam ki baat:", "Chhodiye, aage badhte hain:", "Theek hai, wapas us par:"),
    "back": ("Khair, bas itna hi tha.", "Chhodiye, aur kuch nahin.", "Theek hai, ho gaya."),
    "chat": ("Meri billi abhi keyboard par chadh gayi.", "Yahan mausam bahut achha hai.", "Aaj subah cake banaya tha."),
    "ask_why": cross(("Yeh aapko kyon chahiye", "Yeh kyon jaanna hai", "Kya yeh zaroori hai"), ("?", ", pehle bataiye?", ", pooch sakta hoon?")),
    "dodge": ("Wahi purana wala.", "Aapki file mein hoga.", "Aap dhoondh lenge.", "Chhoti baaton mein kya rakha hai."),
    "contradict": ("Doosri parchi par to ({label}) {value} likha hai.", "Kahin aur mere paas {value} hai ({label}).", "Pehle maine {value} likha tha ({label})."),
    "settle": ("{value} hai, doosra bhool jaiye.", "{value} lijiye, maaf kijiye.", "To {value}, ab pakka hai."),
    "insult": ("Aap log bilkul nikamme hain.", "Sab bewakoof hain.", "Bandar bhi yeh kaam kar le.", "Mera vakeel baat karega."),
    "relay_wish": ("Yeh {who} ke liye hai.", "{who} ki taraf se pooch raha hoon.", "Main {who} ke liye likh raha hoon, apne liye nahin."),
    "relay": ("{who} ka kehna hai:", "Maine {who} se poocha, jawaab yeh hai:", "{who} ne kaha:"),
    "second": ("Haan, hum dono ko chahiye.", "Main bhi yahin hoon.", "Yahi tay hua tha.", "Hum ek hi keyboard par hain."),
}  # fmt: skip

HINDI_SHORT: Acts = {
    "rule": ("Ab se: '{wish}'.", "Niyam: '{wish}'."), "announce": ("Baad mein aur hai.", "Pehle yeh, phir aur."),
    "expects": ("Phir koi insaan.", "Baad mein insaan se jodiye."),
    "aside": ("Wahan baarish hai?", "Gaana pasand hai?"), "return": ("Khair:", "Aage:"), "back": ("Khair, bas.", "Aur kuch nahin."),
    "chat": ("Mausam achha hai.", "Billi phir aa gayi."), "ask_why": ("Kyon?", "Kis liye?"), "dodge": ("Wahi wala.", "Dekh lijiye."),
    "contradict": ("Ya {value} hai.", "{value} bhi likha hai."), "settle": ("{value} hai.", "Bas {value}."), "insult": ("Bewakoof.", "Nikamme."),
    "relay_wish": ("{who} ke liye.",), "relay": ("{who} ne kaha:",), "second": ("Haan, dono.", "Main bhi."),
}  # fmt: skip

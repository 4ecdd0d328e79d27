"""Names of countries in Japanese, as they may stand in a question or a document."""

from sti_qa.normalize import fold

# Other names of one country stand together; the first is the usual one.
_GROUPS = (
    "アメリカ 米国 米 usa|イギリス 英国 英|フランス 仏国 仏|ドイツ 独|イタリア 伊|カナダ|ロシア|中国|韓国|北朝鮮|台湾|モンゴル|インド|"
    "パキスタン|バングラデシュ|スリランカ|ネパール|ブータン|モルディブ|アフガニスタン|インドネシア|マレーシア|シンガポール|タイ|ベトナム|"
    "フィリピン|ミャンマー|カンボジア|ラオス|ブルネイ|東ティモール|オーストラリア 豪州 豪|ニュージーランド|フィジー|パプアニューギニア|"
    "ブラジル|アルゼンチン|チリ|ペルー|コロンビア|メキシコ|キューバ|ボリビア|エクアドル|ウルグアイ|パラグアイ|ベネズエラ|パナマ|コスタリカ|"
    "エルサルバドル|グアテマラ|ホンジュラス|ジャマイカ|スペイン|ポルトガル|オランダ|ベルギー|スイス|オーストリア|スウェーデン|ノルウェー|"
    "フィンランド|デンマーク|アイスランド|アイルランド|ポーランド|チェコ|スロバキア|ハンガリー|ルーマニア|ブルガリア|ギリシャ|クロアチア|"
    "セルビア|スロベニア|ウクライナ|ベラルーシ|エストニア|ラトビア|リトアニア|トルコ|イラン|イラク|イスラエル|サウジアラビア|カタール|"
    "アラブ首長国連邦 uae|クウェート|ヨルダン|レバノン|シリア|エジプト|モロッコ|チュニジア|アルジェリア|リビア|スーダン|エチオピア|ケニア|"
    "ウガンダ|タンザニア|ルワンダ|ザンビア|ジンバブエ|マラウイ|モザンビーク|マダガスカル|ボツワナ|ナミビア|南アフリカ|アンゴラ|コンゴ|"
    "カメルーン|ナイジェリア|ガーナ|コートジボワール|セネガル|マリ共和国|ブルキナファソ|カザフスタン|ウズベキスタン|キルギス|ジョージア"
)
_NAMES = tuple(tuple(fold(name) for name in group.split()) for group in _GROUPS.split("|"))


def countries(text: str) -> tuple[str, ...]:
    """The countries that folded ``text`` names by a name of three letters or more."""
    return tuple(
        names[0]
        for names in _NAMES
        if any(len(name) > 2 and name in text for name in names) and not _inside(names[0], text)
    )


def speaks_of(text: str, country: str) -> bool:
    """Whether folded ``text`` names ``country``, by any of its names."""
    names = next((group for group in _NAMES if group[0] == country), (country,))
    return any(name in text for name in names)


def _inside(name: str, text: str) -> bool:
    """Whether ``name`` only stands inside a longer country's name (インド in インドネシア)."""
    rest = text
    for names in _NAMES:
        for other in names:
            if other != name and name in other:
                rest = rest.replace(other, " ")
    return name in text and name not in rest

from django.db import migrations, models
from django.db.models import Q

WHOLE = Q(declined_office__isnull=True) | Q(confirmed_at__isnull=True, ended_at__isnull=False) & ~Q(ended_why='')


class Migration(migrations.Migration):

    dependencies = [
        ('painting', '0002_scheme_text'),
    ]

    operations = [
        migrations.AddField(
            model_name='schemeinforce',
            name='declined_office',
            field=models.UUIDField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='package',
            name='declined_office',
            field=models.UUIDField(blank=True, null=True),
        ),
        migrations.AddConstraint(
            model_name='schemeinforce',
            constraint=models.CheckConstraint(condition=WHOLE, name='scheme_declined_whole'),
        ),
        migrations.AddConstraint(
            model_name='package',
            constraint=models.CheckConstraint(condition=WHOLE, name='package_declined_whole'),
        ),
    ]
